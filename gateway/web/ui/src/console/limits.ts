/** How a limit and what it counted are written. Pure. */

import type { ThrottleLimit } from './api/throttle'

/** The word for what a rate is counted in; any other time is told in seconds. */
export function rateWord(seconds: number): 'limits.per_minute' | 'limits.per_hour' | 'limits.per_seconds' {
  if (seconds === 60) return 'limits.per_minute'
  return seconds === 3600 ? 'limits.per_hour' : 'limits.per_seconds'
}

/** The part that was over, so that a few of very many do not read as none; a dash before the first. */
export function overShare(one: Pick<ThrottleLimit, 'asked' | 'over'>): string {
  if (!one.asked) return '–'
  const percent = (one.over / one.asked) * 100
  return percent > 0 && percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`
}
