/** Every request of the admin's page, by name. */

import { ask } from '../console/api/http'
import { ApiProblem } from '../console/api/problem'
import type { Checked, Drift, Plan, Published, Result, Revision } from './plan/types'

/** One job at a time: while somebody publishes (write, reload, read back) all the others wait. */
const LIMIT_MS = 60_000
export const PAGE = 50

const get = <T>(path: string) => ask<T>('GET', `admin/${path}`, undefined, LIMIT_MS)
const post = <T>(path: string, body: object) => ask<T>('POST', `admin/${path}`, body, LIMIT_MS)

export const plan = () => get<Published>('plan')
export const check = (base_revision: number, wanted: Plan) =>
  post<Checked>('plan/check', { base_revision, plan: wanted })
export const publish = (base_revision: number, wanted: Plan, comment: string) =>
  post<Result>('plan/publish', { base_revision, plan: wanted, comment })
/** Newest first; `before` is the last revision of the page before, 0 for the first page. */
export const revisions = (before = 0) =>
  get<{ items: Revision[] }>(`revisions?limit=${PAGE}${before ? `&before=${before}` : ''}`)
export const undo = (revision: number, comment: string) =>
  post<Result>(`revisions/${revision}/undo`, { comment })
export const drift = () => get<Drift>('drift')
export const mend = () => post<Drift>('drift/mend', {})

export interface Health {
  status: string
  parts: Record<string, string>
}

/** Each part's state. Unlike the API it answers 503 with the same body when a part is away. */
export async function health(): Promise<Health> {
  const answer = await fetch('/health/ready', { signal: AbortSignal.timeout(5000) }).catch(() => null)
  const body: unknown = await answer?.json().catch(() => null)
  if (typeof body !== 'object' || body === null) throw new ApiProblem(0, 'offline', '')
  const { status, parts } = body as Partial<Health>
  return { status: status ?? 'down', parts: parts ?? {} }
}
