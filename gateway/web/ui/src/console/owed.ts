/** When somebody may be called back. Pure. */

import type { Callback } from './api/owed-types'

export type When = 'calling' | 'now' | 'later' | 'never'

/** `allowed_at` is the moment from which they may be called; null: never (they want no calls). */
export function whenCallable(one: Pick<Callback, 'calling' | 'allowed_at'>, now: number): When {
  if (one.calling) return 'calling'
  if (!one.allowed_at) return 'never'
  return Date.parse(one.allowed_at) > now ? 'later' : 'now'
}
