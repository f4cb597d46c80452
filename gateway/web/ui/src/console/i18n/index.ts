/** The console's language: Chinese first, English complete. */

import { ref } from 'vue'
import { en } from './en'
import { zh, type Word } from './zh'

export type Locale = 'zh-CN' | 'en'
export type { Word }

const KEY = 'hotline.locale'
const stored = (): Locale => (localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN')

export const locale = ref<Locale>(stored())

export function setLocale(next: Locale): void {
  locale.value = next
  localStorage.setItem(KEY, next)
  document.documentElement.lang = next
}

/** A sentence with its {names} filled in. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

export function t(word: Word, values: Record<string, string | number> = {}): string {
  return fill((locale.value === 'en' ? en : zh)[word], values)
}

/** Whether there are words for this key: codes come from the server and may be newer than we are. */
export const isWord = (key: string): key is Word => key in zh

/** The title of a choice, a queue or a notice in the present language. */
export function titled(one: { title_zh: string; title_en: string } | undefined): string {
  if (!one) return ''
  return (locale.value === 'en' ? one.title_en : one.title_zh) || one.title_zh || one.title_en
}
