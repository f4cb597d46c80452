/** What was heard, put together. Pure. */

import type { Segment } from '../api/heard-types'

/** One list in the order of speaking out of what was there and what came; what came is newer. */
export function merged(have: readonly Segment[], came: readonly Segment[]): Segment[] {
  const all = new Map(have.map((one) => [one.id, one]))
  for (const one of came) all.set(one.id, one)
  return [...all.values()].sort((a, b) => a.begin_seconds - b.begin_seconds || a.seq - b.seq)
}

/** The text that people see. */
export const shown = (segment: Segment): string => segment.corrected || segment.text

/** Of the call itself, without its voice messages. */
export const ofCall = (segments: readonly Segment[]): Segment[] => segments.filter((one) => !one.message_id)

/** Which word sounds at this time; -1 in a pause, and where the text is not the recogniser's own. */
export function wordAt(segment: Segment, seconds: number): number {
  if (segment.corrected) return -1
  return segment.words.findIndex((one) => one.begin_seconds <= seconds && seconds < one.end_seconds)
}

/** The sound before a word makes it understood. */
const BEFORE_SECONDS = 0.5

/** Where to begin to listen so that what begins there is heard. */
export const listenFrom = (beginSeconds: number): number => Math.max(0, beginSeconds - BEFORE_SECONDS)

/** Words that every call is full of say nothing about this one. */
const FILLERS = new Set(
  '你好 您好 请问 谢谢 我们 你们 他们 这个 那个 这里 那里 什么 怎么 一个 没有 可以 就是 然后 还有 因为 所以 现在 知道 不是 是的 好的 一下 时候'.split(' '),
)
const isTelling = (word: string): boolean =>
  [...word].length > 1 && !/[*\d\s]/.test(word) && !FILLERS.has(word)

/** What the citizen said again and again, the most frequent first; of equals the one said first. */
export function frequent(segments: readonly Segment[], most: number): string[] {
  const counts = new Map<string, number>()
  for (const one of segments) {
    if (one.party !== 'citizen') continue
    for (const { text } of one.words) if (isTelling(text)) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count > 1).sort((a, b) => b[1] - a[1]).slice(0, most).map(([word]) => word)
}
