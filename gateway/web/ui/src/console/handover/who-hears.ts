/** Who hears whom in a call with guests, and what may be done about it. Pure. */

import type { Guest, GuestMode, Reach } from '../api/guest-types'
import type { CallState } from '../api/types'

export type Ear = 'all' | 'music' | 'operator' | 'ringing'

/** Guests who are here or on their way; who failed or left is no party any more. */
export const present = (guests: readonly Guest[]): Guest[] =>
  guests.filter((one) => one.state === 'dialling' || one.state === 'in')

/** What the citizen hears now. */
export function citizenHears(state: CallState): Ear {
  return state === 'held' || state === 'consulting' || state === 'reconnecting' || state === 'parked'
    ? 'music'
    : 'all'
}

/** Who hears a guest. */
export function guestIsHeard(guest: Guest): 'all' | 'operator' | 'nobody' {
  if (guest.state !== 'in' || guest.muted || guest.mode === 'listen') return 'nobody'
  return guest.mode === 'join' ? 'all' : 'operator'
}

/** The ways a guest who is in may take part instead of the present one. */
export function otherModes(guest: Guest): GuestMode[] {
  if (guest.state !== 'in' || guest.role === 'supervisor') return []
  const modes: GuestMode[] = ['join', 'consult', 'whisper']
  return modes.filter((one) => one !== guest.mode)
}

/** The emergency lines that are in, whoever else was asked for since. */
export const dispatchersIn = (reaches: readonly Reach[]): Reach[] =>
  reaches.filter((one) => one.role === 'dispatcher' && one.state === 'in')

export type LeaveBar = '' | 'nobody' | 'not-verified' | 'private'

/** Why the operator cannot leave the citizen with the others; empty: they can. */
export function leaveBar(guests: readonly Guest[], reaches: readonly Reach[]): LeaveBar {
  const talking = guests.filter((one) => one.state === 'in' && one.mode === 'join')
  const called = reaches.filter((one) => one.role === 'dispatcher' && one.state !== 'undo')
  if (called.some((one) => !one.verified_at)) return 'not-verified'
  if (talking.length) return ''
  return guests.some((one) => one.state === 'in' && one.mode === 'consult') ? 'private' : 'nobody'
}

/** Whole seconds until it cannot be taken back any more; 0 when it cannot. */
export function undoSeconds(reach: Reach | null, now: number): number {
  if (reach?.state !== 'undo' || !reach.undo_until) return 0
  return Math.max(0, Math.ceil((Date.parse(reach.undo_until) - now) / 1000))
}
