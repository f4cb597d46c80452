/** Every request of the admin's page, by name. */

import { ask } from '../console/api/http'
import { ApiProblem } from '../console/api/problem'
import type { Checked, Drift, Plan, Published, Result, Revision } from './plan/types'

/** Publishing writes, reloads and reads back; it may take its time. */
const PUBLISH_LIMIT_MS = 60_000

export const plan = () => ask<Published>('GET', 'admin/plan')
export const check = (base_revision: number, wanted: Plan) =>
  ask<Checked>('POST', 'admin/plan/check', { base_revision, plan: wanted })
export const publish = (base_revision: number, wanted: Plan, comment: string) =>
  ask<Result>('POST', 'admin/plan/publish', { base_revision, plan: wanted, comment }, PUBLISH_LIMIT_MS)
export const revisions = () => ask<{ items: Revision[] }>('GET', 'admin/revisions')
export const undo = (revision: number, comment: string) =>
  ask<Result>('POST', `admin/revisions/${revision}/undo`, { comment }, PUBLISH_LIMIT_MS)
export const drift = () => ask<Drift>('GET', 'admin/drift')
export const mend = () => ask<Drift>('POST', 'admin/drift/mend', {}, PUBLISH_LIMIT_MS)

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
