/** Canned texts: finding them, and putting one where "/…" was typed. Pure. */

import type { Canned } from '../api/chat-types'

/** What was typed behind a slash that begins a word, up to the caret; null: no slash. */
export function slashed(text: string, caret: number): string | null {
  return /(?:^|\s)\/([^\s/]{0,20})$/.exec(text.slice(0, caret))?.[1] ?? null
}

/** Those that have every word of the query in key, title or text; by key first. */
export function found(items: readonly Canned[], query: string): Canned[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const all = (one: Canned): string =>
    [one.key, one.title_zh, one.title_en, one.text_zh, one.text_en].join('\n').toLowerCase()
  const byKey = (one: Canned): number => Number(!one.key.toLowerCase().startsWith(words[0] ?? ''))
  return items
    .filter((one) => words.every((word) => all(one).includes(word)))
    .sort((a, b) => byKey(a) - byKey(b))
}

export interface Put {
  text: string
  caret: number
}

/** The text with `words` instead of the slash and what follows it, or at the caret without one. */
export function put(text: string, caret: number, words: string): Put {
  const typed = slashed(text, caret)
  const from = typed === null ? caret : caret - typed.length - 1
  return { text: text.slice(0, from) + words + text.slice(caret), caret: from + words.length }
}
