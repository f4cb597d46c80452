/**
 * Whether what the wall shows is still true. Pure.
 *
 * Age is counted on this screen's own steady clock from the moment the gateway's `at` last moved on:
 * a screen whose calendar clock is wrong must neither cry wolf nor stay silent.
 */

export const STALE_MS = 10_000

export interface Seen {
  /** The gateway's time in the newest answer; empty before the first. */
  at: string
  /** Steady milliseconds when `at` last moved on, and of the newest answer. */
  movedMs: number
  /** Polls that failed since the last answer. */
  failed: number
}

export type Staleness = 'fresh' | 'first' | 'failing' | 'frozen' | 'link'

export const NOTHING_SEEN: Seen = { at: '', movedMs: 0, failed: 0 }

export function answered(seen: Seen, at: string, nowMs: number): Seen {
  return { at, movedMs: at === seen.at ? seen.movedMs : nowMs, failed: 0 }
}

export const failed = (seen: Seen): Seen => ({ ...seen, failed: seen.failed + 1 })

/** `failing`: no answer comes; `frozen`: answers come, but old ones; `link`: the telephones are away. */
export function staleness(seen: Seen, link: 'up' | 'down' | undefined, nowMs: number): Staleness {
  if (!seen.at) return seen.failed ? 'failing' : 'first'
  if (seen.failed) return 'failing'
  if (nowMs - seen.movedMs > STALE_MS) return 'frozen'
  return link === 'down' ? 'link' : 'fresh'
}

export const ageSeconds = (seen: Seen, nowMs: number): number =>
  seen.at ? Math.max(0, Math.floor((nowMs - seen.movedMs) / 1000)) : 0

const EVERY_MS = 2000
const LONGEST_MS = 15_000

/** How long until the next poll: doubled after each failure, with jitter so that walls do not march. */
export function pauseMs(failures: number, random: number): number {
  const pause = Math.min(LONGEST_MS, EVERY_MS * 2 ** Math.max(0, failures - 1))
  return failures ? pause * (0.75 + random / 2) : EVERY_MS
}
