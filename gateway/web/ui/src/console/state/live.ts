/** The state that the gateway pushes, and whether we hear it. */

import { computed, ref, shallowRef } from 'vue'
import type { CallView, Seat } from '../api/types'
import { setServerTime } from '../clock'
import { PushClient } from '../push/client'
import { EMPTY, type Live, type Passing } from '../push/protocol'
import { open } from '../push/ticketed'
import { tellNotice } from './notices'

/** A short cut is nobody's business; a longer one must be seen. */
const BANNER_MS = 1500
const HERE: ReadonlySet<string> = new Set([
  'offered', 'talking', 'held', 'reconnecting', 'consulting', 'conference',
])

export const live = shallowRef<Live>(EMPTY)
export const known = ref(false)
export const online = ref(false)
/** Offline for long enough to say so. */
export const cut = ref(false)

/** The seat I sit at, or null. */
export const seat = computed<Seat | null>(() => {
  const mine = live.value.seat
  return mine && mine.state !== 'signed_out' ? mine : null
})

/**
 * The call at my seat. A caller who was taken from this seat (it was reloaded, or cut off) goes on
 * elsewhere; here the call is over as soon as the seat wraps up.
 */
export const call = computed<CallView | null>(() => {
  const now = live.value.call
  if (!now) return null
  const here = HERE.has(now.state) && live.value.seat?.state !== 'wrapping_up'
  return here || now.state === 'ended' ? now : { ...now, state: 'ended' }
})

const TALKS: ReadonlySet<string> = new Set(['talking', 'held', 'consulting', 'conference'])
/** The citizen is with this seat, whoever else is: its phone has a leg that must stay. */
export const inTalk = computed(() => TALKS.has(call.value?.state ?? ''))

let passing: (said: Passing) => void = () => undefined
/** Who takes what is said of this moment only. */
export function whenPassing(act: (said: Passing) => void): void {
  passing = act
}

let loggedOut: () => void = () => undefined
let banner = 0

function setOnline(now: boolean): void {
  online.value = now
  if (now) {
    window.clearTimeout(banner)
    banner = 0
    cut.value = false
  } else {
    banner ||= window.setTimeout(() => {
      cut.value = true
    }, BANNER_MS)
  }
}

const client = new PushClient(
  {
    open,
    later(ms, act) {
      const timer = window.setTimeout(act, ms)
      return () => window.clearTimeout(timer)
    },
    random: Math.random,
  },
  {
    state(next) {
      live.value = next
      known.value = true
    },
    notice: tellNotice,
    passing: (said) => passing(said),
    clock: setServerTime,
    online: setOnline,
    loggedOut: () => loggedOut(),
  },
)

export function startLive(whenLoggedOut: () => void): void {
  loggedOut = whenLoggedOut
  setOnline(false)
  client.start()
}

export function stopLive(): void {
  client.stop()
  live.value = EMPTY
  known.value = false
  window.clearTimeout(banner)
  banner = 0
  cut.value = false
}

export const sendLive = (message: object): boolean => online.value && client.send(message)
export const lastSeq = (): number => live.value.seq

window.addEventListener('online', () => client.hurry())
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) client.hurry()
})
