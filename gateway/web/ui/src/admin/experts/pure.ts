/** A week of a rota as rows to draw, and the text of a file. Pure. */

import type { Rota, Slot } from './api'

export const DAY_MINUTES = 1440
export const MOST_BYTES = 3_000_000
/** A valid id; the gateway says the rest. */
export const ID = /^[a-z0-9][a-z0-9_-]{0,31}$/

export type Kind = 'covered' | 'gap' | 'quiet'

export interface Span {
  from: number
  to: number
  kind: Kind
  experts: string[]
}

export interface Day {
  day: string
  /** 1 is Monday. */
  weekday: number
  off: boolean
  spans: Span[]
}

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

export const clock = (at: number): string =>
  `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`

/** What lies in one stretch: nobody in office hours is a gap, nobody else is quiet. */
function spansOf(slot: Slot, day: string, office: [number, number] | null): Span[] {
  const from = minutes(slot.begin.slice(11))
  const to = slot.end.startsWith(day) ? minutes(slot.end.slice(11)) : DAY_MINUTES
  if (slot.experts.length) return [{ from, to, kind: 'covered', experts: slot.experts }]
  const cuts = [from, ...(office ?? []).filter((at) => at > from && at < to), to]
  return cuts.slice(1).map((end, at): Span => {
    const begin = cuts[at]!
    const within = office !== null && begin >= office[0] && end <= office[1]
    return { from: begin, to: end, kind: within ? 'gap' : 'quiet', experts: [] }
  })
}

/** Seven days, Monday first. */
export function days(rota: Rota): Day[] {
  const found = [...new Set(rota.slots.map((slot) => slot.begin.slice(0, 10)))]
  return found.map((day, at) => {
    const off = rota.days_off.includes(day)
    const office: [number, number] | null = off ? null : [minutes(rota.opens), minutes(rota.closes)]
    const mine = rota.slots.filter((slot) => slot.begin.startsWith(day))
    return { day, weekday: at + 1, off, spans: mine.flatMap((slot) => spansOf(slot, day, office)) }
  })
}

export const gaps = (week: readonly Day[]): { day: Day; span: Span }[] =>
  week.flatMap((day) => day.spans.filter((span) => span.kind === 'gap').map((span) => ({ day, span })))

/** The text of a file in UTF-8, with or without a mark, or GB18030; null when it is neither. */
export function textOf(bytes: ArrayBuffer): string | null {
  if (bytes.byteLength > MOST_BYTES) return null
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
      return text.includes('\0') ? null : text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
    } catch {
      // the next one
    }
  }
  return null
}

export const listed = (text: string): string[] => text.split(/[\s、,，;；|]+/).filter(Boolean)
export const lines = (text: string): string[] => text.split('\n').map((one) => one.trim()).filter(Boolean)

/**
 * One line of a rota for reading: `12345 08:30-17:30 #2` with the words of the days and of the rank.
 * Days that follow each other are named by the first and the last; the first rank goes without saying.
 */
export function dutyWord(
  line: string,
  day: (number: number) => string,
  words: { workdays: string; daily: string; to: string; rank: (n: string) => string },
): string {
  const [when = '', ...rest] = line.split(' ')
  const numbers = /^[1-7]+$/.test(when) ? [...when].map(Number) : []
  const first = numbers[0] ?? 0
  const last = numbers.at(-1) ?? 0
  const inRow = numbers.length > 2 && last - first === numbers.length - 1
  const named = inRow ? day(first) + words.to + day(last) : numbers.map(day).join('、')
  const plain = when.replace('workdays', words.workdays).replace('daily', words.daily)
  const more = rest.filter((one) => one !== '#1').map((one) => one.replace(/^#(\d+)$/, (_, n: string) => words.rank(n)))
  return [named || plain, ...more].join(' ')
}
