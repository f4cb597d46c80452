/** Announcements that callers hear: what the API says of them. */

import { ask } from './http'

/** As it stands above every console. */
export interface IncidentNow {
  text_zh: string
  text_en: string
  until: string
}

export interface Incident extends IncidentNow {
  id: string
  dids: string[]
  queue: string
  key: string
  rank: number
  begun_at: string
  begun_by: string
  recorded: boolean
  on: boolean
  ended_at: string | null
  ended_by: string
}

interface Titled {
  title_zh: string
  title_en: string
}

export interface IncidentList {
  items: Incident[]
  numbers: (Titled & { did: string })[]
  queues: (Titled & { name: string })[]
}

export interface IncidentSent {
  text_zh: string
  text_en: string
  dids: string[]
  queue: string
  key: string
  minutes: number
  wav: string
}

/** A voice that reads takes seconds, on a busy machine many. */
const VOICE_MS = 70_000

export const incidents = () => ask<IncidentList>('GET', 'incidents')
export const announce = (sent: IncidentSent) => ask<Incident>('POST', 'incidents', sent, VOICE_MS)
export const endIncident = (id: string) => ask<null>('POST', `incidents/${encodeURIComponent(id)}/end`, {})
