/** Opening hours as a picture of the week and as a sentence. Pure. */

import type { Hours } from './types'

export const DAY_MINUTES = 1440
export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const

/** Minutes since midnight, [from, to). */
export interface Span {
  from: number
  to: number
}

/** 09:30 as 570, 24:00 as 1440; null when it is no time. */
export function minutes(text: string): number | null {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? []
  if (hour === undefined || minute === undefined) return null
  const value = Number(hour) * 60 + Number(minute)
  return Number(minute) < 60 && value <= DAY_MINUTES ? value : null
}

export function clock(value: number): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${two(Math.floor(value / 60))}:${two(value % 60)}`
}

function joined(spans: Span[]): Span[] {
  const all: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else all.push({ ...span })
  }
  return all
}

/**
 * When it is open on each day, Monday first; no hours at all means always. A stretch that ends
 * before it begins runs past midnight, into the next day.
 */
export function week(hours: readonly Hours[]): Span[][] {
  if (!hours.length) return DAYS.map(() => [{ from: 0, to: DAY_MINUTES }])
  const days: Span[][] = DAYS.map(() => [])
  for (const one of hours) {
    const [from, to] = [minutes(one.from), minutes(one.to)]
    if (from === null || to === null || from === to) continue
    for (const day of one.days) {
      const today = days[day - 1]
      if (!today) continue
      today.push({ from, to: to > from ? to : DAY_MINUTES })
      if (to < from) days[day % 7]?.push({ from: 0, to })
    }
  }
  return days.map(joined)
}

/** Hours of the week in which it is open. */
export const openHours = (hours: readonly Hours[]): number =>
  week(hours).flat().reduce((sum, span) => sum + span.to - span.from, 0) / 60

/** Days of the week as runs: [1,2,3,5] is [[1,3],[5,5]]. */
export function runs(days: readonly number[]): [number, number][] {
  const found: [number, number][] = []
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    const last = found.at(-1)
    if (last && last[1] === day - 1) last[1] = day
    else found.push([day, day])
  }
  return found
}

/** Stretches as they were written, those of the same days together, for a sentence. */
export function alike(hours: readonly Hours[]): { days: number[]; stretches: Hours[] }[] {
  const found = new Map<string, { days: number[]; stretches: Hours[] }>()
  for (const one of hours) {
    const days = [...new Set(one.days)].sort((a, b) => a - b)
    const group = found.get(days.join()) ?? { days, stretches: [] }
    group.stretches.push(one)
    found.set(days.join(), group)
  }
  return [...found.values()]
}

/** Whether a stretch ends on the day after it began. */
export function overnight({ from, to }: Hours): boolean {
  const [begin, end] = [minutes(from), minutes(to)]
  return begin !== null && end !== null && end < begin
}
