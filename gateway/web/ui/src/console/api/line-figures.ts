/** The figures of special lines and merged hotlines. */

import { ask } from './http'

export interface LineTotals {
  arrived: number
  answered: number
  abandoned: number
  lost: number
  overflowed: number
  open: number
  connect_rate: number | null
  answered_in_15s: number
  answered_in_15s_rate: number | null
  average_wait_seconds: number | null
  messages: number
  messages_answered: number
  messages_unanswered: number
  messages_in_time: number
  messages_in_time_rate: number | null
}

/** An empty name is what came by no special line, or by our own numbers. */
export type NamedTotals = LineTotals & { name: string }

/** What a sub-centre's own system told of; it is in no other figure. */
export type CentreTotals = { name: string } & Pick<
  LineTotals,
  'arrived' | 'answered' | 'abandoned' | 'open' | 'messages' | 'messages_answered' | 'messages_unanswered'
>

export interface TagTotals {
  whole: LineTotals
  tags: NamedTotals[]
  origins: NamedTotals[]
  centres: CentreTotals[]
}

interface Span {
  since: string
  until: string
}

const asked = (span: Span): string => String(new URLSearchParams({ ...span }))
export const lineFigures = (span: Span) => ask<TagTotals>('GET', `statistics/tags?${asked(span)}`)
export const lineSheet = (span: Span) => `/api/v1/statistics/tags.csv?${asked(span)}`
