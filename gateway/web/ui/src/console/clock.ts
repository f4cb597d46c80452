/** Time as the server has it. A seat's own clock may be minutes off; timers must not be. */

import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'
import { duration, secondsBetween } from './timers'

const skewMs = ref(0)
const tick = ref(Date.now())
let watchers = 0
let timer = 0

let heard = false

/**
 * Note the server's clock. A delayed message makes it look slow, so the earliest answer is believed
 * until the difference is too large to be delay.
 */
export function setServerTime(serverTime: string): void {
  const skew = Date.parse(serverTime) - Date.now()
  if (!Number.isFinite(skew)) return
  if (!heard || skew > skewMs.value || skewMs.value - skew > 2000) skewMs.value = skew
  heard = true
}

/** Milliseconds since 1970 by the server's clock, now. */
export const serverNow = (): number => Date.now() + skewMs.value

/** The same, changing four times a second while somebody looks. */
export function useNow(): ComputedRef<number> {
  watchers += 1
  if (watchers === 1) {
    tick.value = Date.now()
    timer = window.setInterval(() => (tick.value = Date.now()), 250)
  }
  onScopeDispose(() => {
    watchers -= 1
    if (watchers === 0) window.clearInterval(timer)
  })
  return computed(() => tick.value + skewMs.value)
}

/** Counts up from `since`; empty when there is no such time. */
export function useCountUp(since: () => string | null | undefined): ComputedRef<string> {
  const now = useNow()
  return computed(() => {
    const from = since()
    return from ? duration(Math.max(0, secondsBetween(from, now.value))) : ''
  })
}
