/** Every request of the console, by name. */

import { ask } from './http'
import type { Callback, OwedAnswer } from './owed-types'
import type * as api from './types'

export const logIn = (login: string, password: string) =>
  ask<api.Me>('POST', 'session', { login, password })
export const whoAmI = () => ask<api.Me>('GET', 'session')
export const logOut = () => ask<null>('DELETE', 'session')
export const changePassword = (old: string, fresh: string) =>
  ask<null>('POST', 'session/password', { old, new: fresh })
export const options = () => ask<api.Options>('GET', 'options')

export const signIn = (seat: string, phone: api.PhoneKind) =>
  ask<api.SignedIn>('POST', 'seat/sign-in', { seat, phone })
export const signOut = () => ask<api.Seat>('POST', 'seat/sign-out', {})
export const makeReady = () => ask<api.Seat>('POST', 'seat/ready', {})
export const takeBreak = (reason: string) => ask<api.Seat>('POST', 'seat/break', { reason })
export const finishWrapUp = () => ask<api.Seat>('POST', 'seat/finish-wrap-up', {})
export const extendWrapUp = () => ask<api.Seat>('POST', 'seat/extend-wrap-up', {})

const id = encodeURIComponent
export type CallCommand = 'pop-shown' | 'hold' | 'retrieve' | 'hang-up'
export const callCommand = (contact: string, command: CallCommand) =>
  ask<null>('POST', `calls/${id(contact)}/${command}`, {})

export const saveDisposition = (contact: string, value: api.Disposition) =>
  ask<api.Disposition>('PUT', `contacts/${id(contact)}/disposition`, {
    code: value.code,
    note: value.note,
    caller_name: value.caller_name,
  })

type Draft = Pick<api.Disposition, 'code' | 'note' | 'caller_name'>
export const draft = (contact: string) => ask<Draft>('GET', `contacts/${id(contact)}/draft`)
export const keepDraft = (contact: string, value: Draft) =>
  ask<null>('PUT', `contacts/${id(contact)}/draft`, value)

export interface ContactFilter {
  number: string
  queue: string
  outcome: string
  channel: string
  tag?: string
  origin_tag?: string
  since: string
  until: string
}

export function contacts(filter: ContactFilter, before: string, limit: number) {
  const given = Object.entries({ ...filter, before }).filter(([, value]) => value)
  return ask<api.ContactPage>('POST', 'contacts/search', { ...Object.fromEntries(given), limit })
}
export const contact = (contactId: string) =>
  ask<api.ContactDetail>('GET', `contacts/${id(contactId)}`)
export const reveal = (contactId: string, reason: string) =>
  ask<{ number: string }>('POST', `contacts/${id(contactId)}/reveal`, { reason })
export const callbacks = () => ask<{ items: Callback[] }>('GET', 'callbacks')
export const revealCallback = (callbackId: string, reason: string) =>
  ask<{ number: string }>('POST', `callbacks/${id(callbackId)}/reveal`, { reason })
export const voicemails = (callbackId: string) =>
  ask<{ items: api.Voicemail[] }>('GET', `callbacks/${id(callbackId)}/voicemails`)
export const voicemailAddress = (callbackId: string, contactId: string) =>
  `/api/v1/callbacks/${id(callbackId)}/voicemails/${id(contactId)}`
export const callbackDone = (callbackId: string, note: string) =>
  ask<Callback>('POST', `callbacks/${id(callbackId)}/done`, { note })
export const callBack = (callbackId: string, first: 'seat' | 'citizen') =>
  ask<unknown>('POST', `callbacks/${id(callbackId)}/call`, { first })
export const promises = () => ask<{ items: OwedAnswer[] }>('GET', 'promises')
export const promiseDone = (promiseId: string, note: string) =>
  ask<OwedAnswer>('POST', `promises/${id(promiseId)}/done`, { note })
export const mark = (contactId: string, kind: api.FlagKind, note: string, days: number) =>
  ask<api.Flag[]>('POST', `contacts/${id(contactId)}/flags`, { kind, note, days })
export const unmark = (contactId: string, kind: api.FlagKind) =>
  ask<api.Flag[]>('DELETE', `contacts/${id(contactId)}/flags/${kind}`)
export const recordingAddress = (contactId: string) => `/api/v1/contacts/${id(contactId)}/recording`

export const queues = () => ask<api.QueueView[]>('GET', 'queues')
export const seats = () => ask<api.WatchedSeat[]>('GET', 'seats')

export interface AuditFilter {
  kind: string
  operator_id: string
  since: string
  until: string
}

export function audit(filter: AuditFilter, before: number, limit: number) {
  const asked = new URLSearchParams({ ...filter, limit: String(limit) })
  if (before) asked.set('before', String(before))
  return ask<api.AuditPage>('GET', `audit?${asked}`)
}
