/** The limits of what comes in, and how much came. */

import type { Limit } from './chat-types'
import { ask } from './http'

export interface ThrottleLimit {
  name: Limit
  /** So many … */
  count: number
  /** … in so many seconds in the long run. */
  seconds: number
  /** So many at once. */
  burst: number
  asked: number
  over: number
}

export interface ThrottleCounts {
  /** `part`: Redis is away, and each process counts at its part of every rate. */
  counted_by: 'redis' | 'here' | 'part'
  since: string
  failures: number
  limits: ThrottleLimit[]
}

export const throttleCounts = () => ask<ThrottleCounts>('GET', 'throttle')
