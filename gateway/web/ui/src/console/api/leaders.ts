/** Leaders' days: what the API says of them. */

import { ask } from './http'

export interface LeaderDaySent {
  date: string
  begins: string
  ends: string
  name: string
  title: string
  department: string
  seat: string
  assistant: string
  queue: string
  key: string
  dids: string[]
}

export interface LeaderDay extends LeaderDaySent {
  id: string
  begins_at: string
  ends_at: string
  on: boolean
  ahead: boolean
  booked_by: string
  cancelled_by: string
  cancelled_at: string | null
}

interface Titled {
  title_zh: string
  title_en: string
}

export interface LeaderDayList {
  items: LeaderDay[]
  seats: string[]
  queues: (Titled & { name: string })[]
  keys: string[]
  numbers: (Titled & { did: string })[]
}

export interface LeaderReport {
  offered: number
  answered: number
  elsewhere: number
  abandoned: number
  open: number
  average_wait_seconds: number | null
  longest_wait_seconds: number | null
  average_talk_seconds: number | null
  matters: Record<string, number>
  promises: Record<string, number>
  overdue: number
  callbacks: Record<string, number>
  back: {
    id: string
    contact_id: string
    number: string
    reason: string
    state: string
    since: string
    due_at: string | null
    done_at: string | null
    done_by: string
  }[]
}

/** The leader's call that I assist in; `mode` is empty while I do not hear it. */
export interface Shadow {
  contact_id: string
  leader: string
  mode: '' | 'listen' | 'whisper' | 'join'
  state: '' | 'dialling' | 'in'
}

/** A voice that reads takes seconds, on a busy machine many. */
const VOICE_MS = 70_000
const at = (id: string, what = '') => `leader-days/${encodeURIComponent(id)}${what}`

export const leaderDays = () => ask<LeaderDayList>('GET', 'leader-days')
export const bookDay = (sent: LeaderDaySent) => ask<LeaderDay>('POST', 'leader-days', sent, VOICE_MS)
export const changeDay = (id: string, sent: LeaderDaySent) => ask<LeaderDay>('PUT', at(id), sent, VOICE_MS)
export const cancelDay = (id: string) => ask<null>('POST', at(id, '/cancel'), {})
export const dayReport = (id: string) => ask<LeaderReport>('GET', at(id, '/report'))
export const shadowCall = (contact_id: string, mode: 'listen' | 'whisper' | 'leave') =>
  ask<null>('POST', 'leader-days/shadow', { contact_id, mode })
