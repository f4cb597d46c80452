/** Where words stand in a text, and the text cut at these places. Pure. */

import type { Segment, SpokenWord } from '../api/heard-types'
import { shown } from './segments'

export type Place = readonly [start: number, length: number]

/** A place in a transcript. */
export interface Hit {
  id: string
  place: Place
}

/** Everywhere `wanted` stands in `text`, spaces and capitals apart, one behind the other. */
export function places(text: string, wanted: string): Place[] {
  const letters: { letter: string; at: number }[] = []
  for (let at = 0; at < text.length; at += 1)
    if (text[at]?.trim()) letters.push({ letter: (text[at] ?? '').toLowerCase(), at })
  const dense = letters.map((one) => one.letter).join('')
  const sought = wanted.replace(/\s+/g, '').toLowerCase()
  const found: Place[] = []
  if (!sought || dense.length !== letters.length) return found
  for (let from = dense.indexOf(sought); from >= 0; from = dense.indexOf(sought, from + sought.length)) {
    const [first, last] = [letters[from]?.at ?? 0, letters[from + sought.length - 1]?.at ?? 0]
    found.push([first, last + 1 - first])
  }
  return found
}

/** Every place in a transcript, in the order of reading. */
export const hits = (segments: readonly Segment[], wanted: string): Hit[] =>
  segments.flatMap((one) => places(shown(one), wanted).map((place) => ({ id: one.id, place })))

/** A part of a text: of which word (-1: of none), and which of the marks covers it (-1: none). */
export interface Piece {
  text: string
  word: number
  mark: number
}

/** Where each word stands in the text; a word that is not there is left out. */
function spans(text: string, words: readonly SpokenWord[]): { word: number; start: number; end: number }[] {
  let from = 0
  return words.flatMap((one, word) => {
    const start = one.text ? text.indexOf(one.text, from) : -1
    if (start < 0) return []
    from = start + one.text.length
    return [{ word, start, end: from }]
  })
}

/** The whole text in pieces: a piece lies within one word and one mark. */
export function pieces(text: string, words: readonly SpokenWord[], marks: readonly Place[]): Piece[] {
  const of = spans(text, words)
  const cuts = new Set([0, text.length])
  for (const one of of) cuts.add(one.start).add(one.end)
  for (const [start, length] of marks) cuts.add(start).add(start + length)
  const edges = [...cuts].filter((at) => at >= 0 && at <= text.length).sort((a, b) => a - b)
  return edges.slice(0, -1).map((start, at) => ({
    text: text.slice(start, edges[at + 1]),
    word: of.find((one) => one.start <= start && start < one.end)?.word ?? -1,
    mark: marks.findIndex(([from, length]) => from <= start && start < from + length),
  }))
}
