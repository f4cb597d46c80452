/** Due process: what the API says of it. */

import { ask } from './http'

export const KINDS = ['malicious', 'harassing', 'insulting', 'threatening', 'fabricating', 'occupying', 'repeated'] as const
export type Misconduct = (typeof KINDS)[number]
export type StandingState = 'normal' | 'reminded' | 'grace' | 'restricted' | 'suspended' | 'lifted'

export interface Standing {
  id: string
  who: string
  kind: Misconduct
  state: StandingState
  opened_at: string
  told: string
  reminded_at: string | null
  reminded_by: string
  grace_until: string | null
  again_at: string | null
  proposal: { by: string; at: string; days: number; reason: string } | null
  reason: string
  proposed_by: string
  approved_by: string
  measured_at: string | null
  until: string | null
  appeal: { state: '' | 'open' | 'granted' | 'denied'; at: string | null; contact_id: string; decided_by: string; decided_at: string | null; answer: string }
  closed_at: string | null
  closed_by: string
  moves: string[]
  why: string
}

export interface Finding {
  pattern: 'redialling' | 'silent' | 'occupying' | 'same_words' | 'scanning' | 'scanning_number'
  count: number
  limit: number
  minutes: number
  first: string
  last: string
  contact_ids: string[]
  told_zh: string
  told_en: string
}

export interface MisconductRecord {
  id: string
  contact_id: string
  kind: Misconduct
  at: string
  by: string
  source: string
  evidence: string
  finding: Finding | null
  state: 'proposed' | 'noted' | 'dismissed'
  looked_by: string
}

export interface Rules {
  most: 'remind' | 'restrict' | 'suspend'
  law_zh: string
  law_en: string
  grace_hours: number
  stop_minutes: number
  longest_days: number
}

export interface ContactConduct {
  standing: Standing | null
  records: MisconductRecord[]
  rules: Rules
}

export interface StandingList {
  items: Standing[]
  over: Standing[]
  proposed: MisconductRecord[]
  rules: Rules
}

export interface StandingWhole {
  standing: Standing
  records: MisconductRecord[]
  heard_zh: string
  read_zh: string
  read_en: string
}

export interface Evidence {
  kind: Misconduct
  source: 'segment' | 'message' | 'note'
  source_id: string
  note: string
}

const id = encodeURIComponent
export const conduct = (contactId: string) => ask<ContactConduct>('GET', `contacts/${id(contactId)}/conduct`)
export const note = (contactId: string, sent: Evidence) => ask<null>('POST', `contacts/${id(contactId)}/conduct`, sent)
export const remind = (contactId: string, told: string) => ask<null>('POST', `contacts/${id(contactId)}/conduct/remind`, { told })
export const standings = () => ask<StandingList>('GET', 'standings')
export const standing = (standingId: string) => ask<StandingWhole>('GET', `standings/${id(standingId)}`)
export const evidenceAddress = (standingId: string, reason: string) => `/api/v1/standings/${id(standingId)}/evidence?reason=${id(reason)}`
export const act = (standingId: string, what: string, sent: object = {}) => ask<null>('POST', `standings/${id(standingId)}/${what}`, sent)
export const look = (recordId: string, holds: boolean) => ask<null>('POST', `misconducts/${id(recordId)}/look`, { holds })
