/** Guests of a call, and wishes to bring one in, as the gateway shows them. */

export type GuestRole = 'expert' | 'dispatcher' | 'seat' | 'line' | 'supervisor'
export type GuestMode = 'consult' | 'join' | 'listen' | 'whisper'
export type GuestState = 'dialling' | 'in' | 'gone' | 'failed'
export type GuestEnd =
  | '' | 'no_answer' | 'busy' | 'rejected' | 'unreachable' | 'withdrawn' | 'left' | 'dropped'
  | 'call_ended' | 'became_seat'

export interface Guest {
  id: string
  role: GuestRole
  title: string
  mode: GuestMode
  state: GuestState
  end: GuestEnd
  muted: boolean
  answered_at: string | null
}

export type ReachState = 'undo' | 'trying' | 'in' | 'done' | 'failed' | 'undone' | 'withdrawn'

export interface Reach {
  id: string
  role: GuestRole
  target: string
  title: string
  state: ReachState
  mode: GuestMode
  leaves: boolean
  undo_until: string | null
  verified_at: string | null
  tries: { title: string }[]
  /** How many of the tries have been dialled. */
  at: number
  /** Why the last who was tried did not come; empty while none has failed. */
  last_end: GuestEnd
}

/** What is sent to bring somebody in; targets by id only. */
export interface Wish {
  role: 'expert' | 'dispatcher' | 'line' | 'seat'
  target: string
  region: string
  mode: 'consult' | 'join'
  leaves: boolean
  consent: boolean
  reason: string
}

export interface Titled {
  title_zh: string
  title_en: string
}

export interface DirectoryDepartment extends Titled {
  id: string
  available: number
}

export interface DirectoryExpert {
  id: string
  title: string
  department_id: string
  skills: string[]
  available: boolean
  reason: string
}

export interface DirectoryEmergency extends Titled {
  code: string
  policy: 'transfer' | 'guide' | 'not_accepted'
  guide_zh: string
  guide_en: string
  regions: ({ id: string } & Titled)[]
  healthy: boolean
}

export interface DirectoryLine extends Titled {
  id: string
  kind: string
  healthy: boolean
  open: boolean
}

/** A citizen who waits with music to be picked up. */
export interface Parked {
  contact_id: string
  since: string | null
  /** Who parked them. */
  operator_name: string
}

export interface Directory {
  departments: DirectoryDepartment[]
  experts: DirectoryExpert[]
  emergency: DirectoryEmergency[]
  lines: DirectoryLine[]
  queues: ({ name: string; waiting: number } & Titled)[]
  seats: { number: string; operator_name: string; state: string }[]
}
