/**
 * What the gateway sends about what was heard, word for word. Seconds count from the contact's
 * arrival, or from the begin of a message's sound.
 */

export type Party = 'citizen' | 'seat' | 'expert' | 'dispatcher'
export type Source = 'live' | 'recording' | 'message' | 'voicemail'

export interface SpokenWord {
  text: string
  begin_seconds: number
  end_seconds: number
}

/** Some final words of one party; numbers in it may stand as `*`. */
export interface Segment {
  id: string
  /** Counts a contact's segments in the order of storing, from 1 without a gap. */
  seq: number
  party: Party
  source: Source
  begin_seconds: number
  end_seconds: number
  at: string
  text: string
  words: SpokenWord[]
  /** An operator's better text; empty while nobody corrected it. */
  corrected: string
  corrected_by_name: string | null
  corrected_at: string | null
  message_id: string
  operator_name: string | null
  model: string
  masked: boolean
}

export interface Heard {
  items: Segment[]
  last_seq: number
  /** How many sounds are still to be transcribed. */
  waiting: number
  confidential: boolean
}

/** What was really said, for a reason. */
export interface Original {
  text: string
  raw: string
}

/** How speech recognition is. */
export interface Hearing {
  state: 'up' | 'down' | 'off'
  engine: string
  model: { name: string; demo: boolean } | null
  slots: number
  live: number
  streams: number
}

/** The transcript of the call at my seat. `why` it is not live: full, behind, engine, or empty. */
export interface LiveWords {
  contact_id: string
  last_seq: number
  live: { citizen: boolean; seat: boolean }
  why: string
  confidential: boolean
}

/** An emergency word was heard, and nobody has said that they know. */
export interface Alarm {
  id: string
  contact_id: string
  word: string
  party: Party
  at: string
  seat: string
  operator_name: string | null
  /** The emergency line or directory entry that is offered for it; empty for none. */
  offers?: string
  /** Whose special task it is. */
  task?: { code: string; to_zh: string; to_en: string } | null
}

/** What is being said now; empty: nothing. */
export interface Saying {
  contact_id: string
  party: Party
  text: string
}

export interface WordsFilter {
  text: string
  channel: string
  since: string
  until: string
}

/** One place where the words stand: a segment or a message (the other id is empty). */
export interface FoundWords {
  contact_id: string
  segment_id: string
  message_id: string
  party: Party
  channel: string
  at: string
  begin_seconds: number
  operator_name: string | null
  text: string
  marks: [start: number, length: number][]
}

export interface FoundPage {
  items: FoundWords[]
  next_before: string | null
}
