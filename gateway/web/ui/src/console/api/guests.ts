/** Requests about guests of a call, transfers, parking and supervision. */

import type { Directory, GuestMode, Parked, Wish } from './guest-types'
import { ask } from './http'

const id = encodeURIComponent
const at = (contact: string, what: string) => `calls/${id(contact)}/${what}`

export const directory = () => ask<Directory>('GET', 'directory')
export const reach = (contact: string, wish: Wish) =>
  ask<unknown>('POST', at(contact, 'reach'), wish)
export const reachCommand = (contact: string, command: 'undo' | 'withdraw') =>
  ask<null>('POST', at(contact, `reach/${command}`), {})
export const reachVerified = (contact: string, reach: string) =>
  ask<null>('POST', at(contact, 'reach/verified'), { reach })
export const moveGuest = (contact: string, guest: string, mode: GuestMode) =>
  ask<null>('POST', at(contact, `guests/${id(guest)}/mode`), { mode })
export const dropGuest = (contact: string, guest: string) =>
  ask<null>('POST', at(contact, `guests/${id(guest)}/drop`), {})
/** `who` is a guest's id, or "citizen". */
export const mute = (contact: string, who: string, muted: boolean) =>
  ask<null>('POST', at(contact, 'mute'), { who, muted })
export const leave = (contact: string) => ask<null>('POST', at(contact, 'leave'), {})
export const transfer = (contact: string, queue: string) =>
  ask<null>('POST', at(contact, 'transfer'), { queue })
export const park = (contact: string) => ask<null>('POST', at(contact, 'park'), {})
export const parked = () => ask<Parked[]>('GET', 'parked')
export const pickUp = (contact: string) => ask<null>('POST', `parked/${id(contact)}/pick-up`, {})
export const pauseRecording = (contact: string, paused: boolean) =>
  ask<null>('POST', at(contact, 'recording'), { paused })

const watched = (contact: string, what: string) => `watch/${id(contact)}/${what}`
export type Hearing = 'listen' | 'whisper' | 'join'
export const hear = (contact: string, mode: Hearing) =>
  ask<null>('POST', watched(contact, 'hear'), { mode })
export const hearNoMore = (contact: string) => ask<null>('DELETE', watched(contact, 'hear'))
export const takeOver = (contact: string) => ask<null>('POST', watched(contact, 'take-over'), {})
export type Forced = 'ready' | 'not_ready' | 'signed_out'
export const force = (seat: string, state: Forced, reason: string) =>
  ask<unknown>('POST', `seats/${id(seat)}/force`, { state, reason })
