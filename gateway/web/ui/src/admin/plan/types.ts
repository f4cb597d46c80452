/** What the admin's part of the API sends and takes, word for word. Times are RFC 3339 UTC. */

/** One stretch of opening, on some days of the week: 1 Monday to 7 Sunday; the site's own time. */
export interface Hours {
  days: number[]
  from: string
  to: string
}

export interface QueuePlan {
  name: string
  title_zh: string
  title_en: string
  strategy: string
  ring_seconds: number
  max_wait_seconds: number
  wrap_up_seconds: number
  service_level_seconds: number
  key: string
  rank: number
  hours: Hours[]
  closed_queue: string
  language: string
}

export interface NumberPlan {
  did: string
  title_zh: string
  title_en: string
  queue: string
  greeting: string
  tag: string
  origin: string
}

export interface SeatPlan {
  number: string
  title: string
}

/** `skills`: a queue's name to a penalty, 0 is served first. */
export interface OperatorPlan {
  login: string
  name: string
  role: string
  active: boolean
  skills: Record<string, number>
}

export interface Plan {
  queues: QueuePlan[]
  numbers: NumberPlan[]
  seats: SeatPlan[]
  operators: OperatorPlan[]
}

export interface Titled {
  name: string
  title_zh: string
  title_en: string
}

export interface Choices {
  strategies: string[]
  roles: string[]
  greetings: Titled[]
  keys: string[]
}

export interface Published {
  revision: number
  published_at: string | null
  published_by: string
  plan: Plan
  choices: Choices
}

export interface Said {
  path: string
  zh: string
  en: string
}

export type Action = 'add' | 'change' | 'remove'
export type Kind = 'queue' | 'number' | 'seat' | 'operator'

export interface Change {
  action: Action
  kind: Kind
  name: string
  field: string
  before: unknown
  after: unknown
}

export interface Checked {
  problems: Said[]
  changes: Change[]
  warnings: Said[]
}

export interface Difference {
  kind: string
  name: string
  field: string
  published: unknown
  running: unknown
}

export interface Result {
  revision: number
  changes: Change[]
  read_back: { in_step: boolean; differences: Difference[] }
  first_logins: { login: string; password: string }[]
}

export interface Revision {
  revision: number
  at: string
  by: string
  comment: string
  changes: Change[]
  undoes: number
}

export interface Drift {
  checked_at: string | null
  in_step: boolean
  differences: Difference[]
}
