/** Asks for the board again and again, slower while nobody answers, at once when the network is back. */

import { ref, shallowRef } from 'vue'
import type { Board } from './board'
import { answered, failed, NOTHING_SEEN, pauseMs, staleness, type Seen } from './stale'

const LIMIT_MS = 5000

export const board = shallowRef<Board | null>(null)
export const seen = shallowRef<Seen>(NOTHING_SEEN)
/** The link that led here is not valid (any more), and nobody who may watch is logged in. */
export const refused = ref(false)
/** Steady milliseconds; moves four times a second. */
export const steady = ref(performance.now())

/** The token stands behind the # of the address: it is never sent as part of one. */
const token = (): string => window.location.hash.slice(1)

let timer = 0
let asking = false

async function ask(): Promise<void> {
  if (asking) return
  asking = true
  window.clearTimeout(timer)
  try {
    const answer = await fetch('/api/v1/board', {
      headers: token() ? { Authorization: `Bearer ${token()}` } : {},
      cache: 'no-store',
      signal: AbortSignal.timeout(LIMIT_MS),
    })
    refused.value = answer.status === 401 || answer.status === 403
    if (!answer.ok) throw new Error(String(answer.status))
    const fresh = (await answer.json()) as Board
    seen.value = answered(seen.value, fresh.at, performance.now())
    board.value = fresh
  } catch {
    seen.value = failed(seen.value)
  }
  asking = false
  timer = window.setTimeout(() => void ask(), pauseMs(seen.value.failed, Math.random()))
}

export const state = () => staleness(seen.value, board.value?.link, steady.value)
/** Whether the figures are not of now. */
export const isOld = (): boolean => ['failing', 'frozen'].includes(state())

/** Milliseconds since 1970 by the gateway's clock; it stands still while the figures are old. */
export const gatewayNow = (): number =>
  Date.parse(seen.value.at) + (isOld() ? 0 : Math.max(0, steady.value - seen.value.movedMs))

export function beginPolling(): void {
  window.setInterval(() => (steady.value = performance.now()), 250)
  window.addEventListener('online', () => void ask())
  window.addEventListener('hashchange', () => void ask())
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void ask()
  })
  void ask()
}
