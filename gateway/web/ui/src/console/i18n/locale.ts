/** The language of every page: Chinese first. One choice for all pages of this browser. */

import { ref } from 'vue'

export type Locale = 'zh-CN' | 'en'
export type Values = Record<string, string | number>

const KEY = 'hotline.locale'
const stored = (): Locale => (localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN')

export const locale = ref<Locale>(stored())

export function setLocale(next: Locale): void {
  locale.value = next
  localStorage.setItem(KEY, next)
  document.documentElement.lang = next
}

/** A sentence with its {names} filled in. */
export function fill(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** A page's own `t`: the sentence of a word in the present language. */
export function translator<Word extends string>(
  zh: Readonly<Record<Word, string>>,
  en: Readonly<Record<Word, string>>,
): (word: Word, values?: Values) => string {
  return (word, values = {}) => fill((locale.value === 'en' ? en : zh)[word], values)
}

/** The title of a choice, a queue or a notice in the present language. */
export function titled(one: { title_zh: string; title_en: string } | undefined): string {
  if (!one) return ''
  return (locale.value === 'en' ? one.title_en : one.title_zh) || one.title_zh || one.title_en
}

/** The sentence that came in both languages, in the present one. */
export const spoken = (one: { zh: string; en: string }): string =>
  locale.value === 'en' ? one.en : one.zh
