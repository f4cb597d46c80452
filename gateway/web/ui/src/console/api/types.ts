/** What the gateway's HTTP API and push channel send, word for word. Times are RFC 3339 UTC. */

import type { Limit } from './chat-types'
import type { Guest, Reach } from './guest-types'

export type SeatState = 'signed_out' | 'not_ready' | 'ready' | 'offered' | 'talking' | 'wrapping_up'
export type PhoneKind = 'browser' | 'desk'
export type CallState =
  | 'offered' | 'talking' | 'held' | 'reconnecting' | 'consulting' | 'conference' | 'handed_over' | 'parked'
  | 'ended'
export type Right =
  | 'self'
  | 'take_calls'
  | 'see_own_contacts'
  | 'see_all_contacts'
  | 'reveal_number'
  | 'flag_number'
  | 'play_recording'
  | 'watch'
  | 'supervise'
  | 'manage'
  | 'read_audit'

export interface Me {
  id: string
  login: string
  name: string
  role: 'operator' | 'supervisor' | 'admin' | 'auditor'
  locale: string
  rights: Right[]
  must_change_password: boolean
}

export interface Choice {
  code: string
  title_zh: string
  title_en: string
}

export interface SeatChoice {
  number: string
  title: string
  taken_by: string | null
}

export interface Options {
  site: { name_zh: string; name_en: string; city_zh: string; city_en: string }
  break_reasons: Choice[]
  dispositions: Choice[]
  queues: { name: string; title_zh: string; title_en: string; key: string; language: string }[]
  seats: SeatChoice[]
}

export interface Seat {
  number: string
  title: string
  state: SeatState
  phone: PhoneKind
  since: string | null
  reason: string
  contact_id: string
  next_break: string
  wrap_up_until: string | null
  operator_id: string
}

export interface WatchedSeat extends Seat {
  operator_name: string | null
  /** Of the call at this seat; empty without one. */
  call_state: string
}

/** What a browser needs to register as a seat's phone. */
export interface SipAccount {
  user: string
  password: string
  uri: string
  ws: string
}

export interface SignedIn {
  seat: Seat
  sip: SipAccount | null
}

export interface Disposition {
  code: string
  note: string
  caller_name: string
  at?: string
}

export type Outcome = '' | 'answered' | 'unanswered' | 'abandoned' | 'lost' | 'overflowed'

export interface Contact {
  id: string
  channel: string
  /** The newest words of a conversation; empty for a call. */
  excerpt: string
  number_masked: string
  did: string
  tag: string
  origin_tag: string
  queue: string
  state: string
  outcome: Outcome
  seat: string
  operator_id: string
  operator_name: string | null
  arrived_at: string
  answered_at: string | null
  ended_at: string | null
  wait_seconds: number
  talk_seconds: number
  disposition: Disposition | null
  recording: { seconds: number; size_bytes: number } | null
  failed_open: boolean
}

export interface Fact {
  seq: number
  kind: string
  at: string
  seat: string
  operator_name: string | null
  data: Record<string, string | number | boolean | null>
}

export interface AuditItem extends Fact {
  operator_id: string
  contact_id: string
}

export interface AuditPage {
  items: AuditItem[]
  next_cursor: number | null
}

export type FlagKind = 'elder' | 'direct' | 'care' | 'language' | 'no_calls'

/** A mark on a caller's number; `until` is null until somebody takes it back. */
export interface Flag {
  kind: FlagKind
  note: string
  until: string | null
}

export interface ContactDetail {
  contact: Contact
  flags: Flag[]
  facts: Fact[]
  consultations: Consultation[]
}

/** Somebody who was asked in: of whom, by whom, why, and what came of it. */
export interface Consultation {
  id: string
  role: string
  title: string
  state: string
  reason: string
  consent: boolean
  asked_at: string
  operator_name: string | null
  seconds: number
  guests: { title: string; mode: string; asked_at: string; answered_at: string | null; ended_at: string | null; seconds: number; end: string }[]
}

export interface ContactPage {
  items: Contact[]
  next_cursor: string | null
}

export interface CallView {
  contact_id: string
  /** The telephone system's name of this call. */
  line_id: string
  state: CallState
  queue: string
  queue_title_zh: string
  queue_title_en: string
  number_masked: string
  origin: 'trunk' | 'web'
  did: string
  tag: string
  origin_tag: string
  failed_open: boolean
  /** The limit that it was over; empty, or absent from an older gateway: none. */
  throttled?: '' | Limit
  arrived_at: string
  offered_at: string | null
  ring_deadline: string | null
  answered_at: string | null
  held_at: string | null
  ended_at: string | null
  wait_seconds: number
  pop_shown: boolean
  flags: Flag[]
  earlier: Contact[]
  disposition: Disposition | null
  outcome: Outcome
  /** Of the entry in the list of those to be called back; empty without one. */
  callback_id: string
  guests: Guest[]
  /** The wish that is under way, or the last one of this call. */
  reach: Reach | null
  /** Every wish that is open, the oldest first. */
  reaches: Reach[]
  recording_paused: boolean
}

/** One message; waiting: not all of it is written yet. */
export interface Voicemail {
  contact_id: string
  at: string
  seconds: number
  said: { text: string; begin_seconds: number }[]
  waiting: boolean
}

export interface QueueView {
  name: string
  title_zh: string
  title_en: string
  waiting: number
  longest_since: string | null
  ready: number
}

export interface Notice {
  level: 'info' | 'warning' | 'error'
  code: string
  zh: string
  en: string
}
