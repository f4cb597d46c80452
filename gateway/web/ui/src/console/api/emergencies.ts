/** Hand-overs to emergency lines that are open still: what the API says of them. */

import { ask } from './http'

export type Order = '' | 'received' | 'dispatched' | 'done' | 'returned'

export interface Handover {
  id: string
  contact_id: string
  line: string
  title: string
  at: string
  /** Whether the dispatcher was in the call, and had understood; null: no longer known. */
  answered: boolean | null
  verified: boolean | null
  /** Whether their system has acknowledged all that we told it. */
  taken: boolean
  taken_at: string | null
  tries: number
  fault: string
  their_id: string
  order: Order
  order_at: string | null
}

/** One line's list of one day beside ours; null: their system gave none. */
export interface HandoverDay {
  day: string
  line: string
  ours: number | null
  theirs: number | null
  difference: number | null
}

export interface LineHealth {
  line: string
  title_zh: string
  title_en: string
  healthy: boolean
  /** null is not known yet. */
  trunks: Record<string, boolean | null>
}

export interface Emergencies {
  items: Handover[]
  days: HandoverDay[]
  lines: LineHealth[]
}

export const emergencies = () => ask<Emergencies>('GET', 'emergencies')
