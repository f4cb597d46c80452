/**
 * The push protocol, pure: frames folded into one state.
 *
 * A snapshot replaces everything; an event replaces its part; snapshot + events is the same as a
 * fresh snapshot. `seq` counts without gaps: an old one is dropped, a gap asks for a new snapshot.
 */

import type { ChatView, LineCounts } from '../api/chat-types'
import type { Alarm, Hearing, LiveWords, Saying } from '../api/heard-types'
import type { IncidentNow } from '../api/incidents'
import type { Shadow } from '../api/leaders'
import type { CallbackOffer, PromiseCounts } from '../api/owed-types'
import type { CallView, Me, Notice, QueueView, Seat } from '../api/types'

export interface Live {
  epoch: string
  seq: number
  me: Me | null
  seat: Seat | null
  call: CallView | null
  queues: QueueView[]
  /** How many people are to be called back. */
  callbacks: number
  /** The conversations that are offered to my seat or open at it. */
  chats: ChatView[]
  /** The one line of everything that waits for a person. */
  line: LineCounts
  /** How far the call at my seat is transcribed. */
  words: LiveWords | null
  /** Emergency words that concern me and that nobody has seen. */
  alarms: Alarm[]
  hearing: Hearing
  /** Somebody whose turn to be called back has come, and my seat is asked. */
  callback_offer: CallbackOffer | null
  /** Answers that are owed and concern me. */
  promises: PromiseCounts
  /** What all callers of some numbers are told now. */
  incident: IncidentNow | null
  /** The leader's call that I assist in. */
  shadow: Shadow | null
  link: 'up' | 'down'
}

/** Said once, of this moment only: not counted, not kept, lost when the link is slow. */
export type Passing =
  | { type: 'partial'; data: Saying }
  | { type: 'watched'; data: { contact_id: string; last_seq: number } }

export type Frame =
  | { type: 'snapshot'; epoch: string; seq: number; server_time: string; data: SnapshotData }
  | { type: 'resumed'; epoch: string; seq: number }
  | { type: 'ping'; server_time: string }
  | { type: 'seat'; seq: number; ts: string; data: Seat | null }
  | { type: 'call'; seq: number; ts: string; data: CallView | null }
  | { type: 'queues'; seq: number; ts: string; data: QueueView[] }
  | { type: 'callbacks'; seq: number; ts: string; data: number }
  | { type: 'chats'; seq: number; ts: string; data: ChatView[] }
  | { type: 'line'; seq: number; ts: string; data: LineCounts }
  | { type: 'words'; seq: number; ts: string; data: LiveWords | null }
  | { type: 'alarms'; seq: number; ts: string; data: Alarm[] }
  | { type: 'hearing'; seq: number; ts: string; data: Hearing }
  | { type: 'callback_offer'; seq: number; ts: string; data: CallbackOffer | null }
  | { type: 'promises'; seq: number; ts: string; data: PromiseCounts }
  | { type: 'incident'; seq: number; ts: string; data: IncidentNow | null }
  | { type: 'shadow'; seq: number; ts: string; data: Shadow | null }
  | { type: 'link'; seq: number; ts: string; data: 'up' | 'down' }
  | { type: 'notice'; seq: number; ts: string; data: Notice }

export interface SnapshotData {
  me: Me
  seat: Seat | null
  call: CallView | null
  queues: QueueView[]
  callbacks: number
  chats?: ChatView[]
  line?: LineCounts
  words?: LiveWords | null
  alarms?: Alarm[]
  hearing?: Hearing
  callback_offer?: CallbackOffer | null
  promises?: PromiseCounts
  incident?: IncidentNow | null
  shadow?: Shadow | null
  link: 'up' | 'down'
}

export interface Step {
  live: Live
  /** The state cannot be continued: close and connect without an epoch. */
  resync: boolean
  notice: Notice | null
}

export const NOBODY_WAITS: LineCounts = { waiting: 0, emergencies: 0, oldest_since: null, overdue: 0 }

/** Nothing is said of it: nobody listens. */
export const DEAF: Hearing = { state: 'off', engine: '', model: null, slots: 0, live: 0, streams: 0 }

export const EMPTY: Live = {
  epoch: '',
  seq: 0,
  me: null,
  seat: null,
  call: null,
  queues: [],
  callbacks: 0,
  chats: [],
  line: NOBODY_WAITS,
  words: null,
  alarms: [],
  hearing: DEAF,
  callback_offer: null,
  promises: { open: 0, soon: 0, overdue: 0 },
  incident: null,
  shadow: null,
  link: 'up',
}

const KINDS = new Set([
  'snapshot', 'resumed', 'ping', 'seat', 'call', 'queues', 'callbacks', 'chats', 'line', 'link', 'notice',
  'words', 'alarms', 'hearing', 'callback_offer', 'promises', 'incident', 'shadow', 'partial', 'watched',
])

/** A text frame as a value; null when it is none of ours (newer servers may send more). */
export function readFrame(text: string): Frame | Passing | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const type = (value as { type?: unknown }).type
  if (typeof type !== 'string') return null
  // An unknown event still counts in the sequence, so it must not be thrown away.
  if (!KINDS.has(type) && typeof (value as { seq?: unknown }).seq !== 'number') return null
  return value as Frame | Passing
}

export const isPassing = (frame: Frame | Passing): frame is Passing =>
  frame.type === 'partial' || frame.type === 'watched'


/** The state after one frame. */
export function fold(live: Live, frame: Frame): Step {
  const same: Step = { live, resync: false, notice: null }
  switch (frame.type) {
    case 'ping':
      return same
    case 'snapshot':
      return { ...same, live: { ...EMPTY, ...frame.data, epoch: frame.epoch, seq: frame.seq } }
    case 'resumed':
      return { ...same, resync: frame.epoch !== live.epoch }
  }
  if (frame.seq <= live.seq) return same
  if (!live.epoch || frame.seq !== live.seq + 1) return { ...same, resync: true }
  const next: Live = { ...live, seq: frame.seq }
  switch (frame.type) {
    case 'seat':
      return { ...same, live: { ...next, seat: frame.data } }
    case 'call':
      return { ...same, live: { ...next, call: frame.data } }
    case 'queues':
      return { ...same, live: { ...next, queues: frame.data } }
    case 'callbacks':
      return { ...same, live: { ...next, callbacks: frame.data } }
    case 'chats':
      return { ...same, live: { ...next, chats: frame.data } }
    case 'line':
      return { ...same, live: { ...next, line: frame.data } }
    case 'words':
      return { ...same, live: { ...next, words: frame.data } }
    case 'alarms':
      return { ...same, live: { ...next, alarms: frame.data } }
    case 'hearing':
      return { ...same, live: { ...next, hearing: frame.data } }
    case 'callback_offer':
      return { ...same, live: { ...next, callback_offer: frame.data } }
    case 'promises':
      return { ...same, live: { ...next, promises: frame.data } }
    case 'incident':
      return { ...same, live: { ...next, incident: frame.data } }
    case 'shadow':
      return { ...same, live: { ...next, shadow: frame.data } }
    case 'link':
      return { ...same, live: { ...next, link: frame.data } }
    case 'notice':
      return { ...same, live: next, notice: frame.data }
    default:
      return { ...same, live: next }
  }
}

/** Milliseconds before try number `tries` (0 first): 100 ms doubled up to 5 s, minus up to half. */
export function backoff(tries: number, random: () => number): number {
  const full = Math.min(5000, 100 * 2 ** Math.min(tries, 16))
  return Math.round(full * (1 - random() / 2))
}
