/** Arithmetic and writing of times, pure. */

/** From an RFC 3339 time to `nowMs`; negative when it lies ahead. */
export function secondsBetween(from: string, nowMs: number): number {
  return (nowMs - Date.parse(from)) / 1000
}

/** 0:07, 3:05, 1:02:09. Part seconds are cut. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = two(whole % 60)
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

export interface Countdown {
  /** Whole seconds left, never negative. */
  left: number
  /** 1 at the start, 0 at the end. */
  share: number
}

/** What is left until `until` of a wait that began at `from`. */
export function countdown(from: string, until: string, nowMs: number): Countdown {
  const end = Date.parse(until)
  const total = end - Date.parse(from)
  const left = Math.max(0, end - nowMs)
  const share = total > 0 ? Math.min(1, left / total) : 0
  return { left: Math.ceil(left / 1000), share }
}

/** Local date and time by the reader's language: 2026-03-01 14:05:09. */
export function dateTime(at: string, withDate = true): string {
  const when = new Date(at)
  if (Number.isNaN(when.getTime())) return ''
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = [when.getHours(), when.getMinutes(), when.getSeconds()].map(two).join(':')
  if (!withDate) return time
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${time}`
}
