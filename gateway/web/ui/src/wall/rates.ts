/** Rates and waits as they are written, and whether they are good enough. Pure. */

export type Level = 'good' | 'warn' | 'bad' | 'none'

/** GB/T 33358-2016: connected in any continuous 24 h. */
export const CONNECT_LINE = 0.95
/** A share of calls answered within 15 s that city hotlines are held to; GB/T 33358 names the 15 s. */
export const IN_TIME_LINE = 0.8
/** So close below a line that it can still be mended today. */
const NEAR = 0.05
/** GB/T 33358-2016: a person answers within 15 s. */
const LATE_SECONDS = 15
const TOO_LATE_SECONDS = 60
/** GB/T 33358-2016: a message is answered within 3 minutes. */
const MESSAGE_SECONDS = 180
/** From here on it is seen that the time runs out. */
const MESSAGE_SOON_SECONDS = 120

/** 0.9317 as 93.1%. Cut, never rounded up: what is below the line must not be shown on it. */
export function percent(rate: number | null): string {
  if (rate === null || !Number.isFinite(rate)) return '–'
  return `${(Math.floor(rate * 1000 + 1e-6) / 10).toFixed(1)}%`
}

export function rateLevel(rate: number | null, line: number): Level {
  if (rate === null) return 'none'
  if (rate >= line) return 'good'
  return rate >= line - NEAR ? 'warn' : 'bad'
}

export function waitLevel(seconds: number | null): Level {
  if (seconds === null || seconds <= LATE_SECONDS) return 'good'
  return seconds <= TOO_LATE_SECONDS ? 'warn' : 'bad'
}

/** The same for a message. */
export function messageWaitLevel(seconds: number | null): Level {
  if (seconds === null || seconds < MESSAGE_SOON_SECONDS) return 'good'
  return seconds < MESSAGE_SECONDS ? 'warn' : 'bad'
}
