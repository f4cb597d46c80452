/** Publishing and undoing: one at a time, and what came of it. */

import { ref, shallowRef } from 'vue'
import { ApiProblem, type ProblemItem } from '../../console/api/problem'
import { sentence } from '../../console/state/notices'
import * as api from '../api'
import { changesOf } from '../plan/diff'
import type { Result } from '../plan/types'
import { checkNow, problems, problemsOf } from './check'
import { baseRevision, discard, look, plan, published } from './draft'
import { lookAtDrift } from './drift'

/** `unsure`: no answer came; `done`: read back, or found published when asked again. */
export type Outcome = 'none' | 'done' | 'moved' | 'refused' | 'failed' | 'unsure'

export const busy = ref(false)
export const outcome = ref<Outcome>('none')
export const result = shallowRef<Result | null>(null)
export const refusal = ref('')
/** The places that a refusal names. */
export const named = shallowRef<ProblemItem[]>([])
export const preview = ref(false)

/** What came of it was read; first passwords with it. */
export function forgetResult(): void {
  result.value = null
  if (outcome.value === 'done') outcome.value = 'none'
}

export async function openPreview(): Promise<void> {
  outcome.value = 'none'
  refusal.value = ''
  await checkNow()
  preview.value = true
}

/** The answer got lost: look whether what we sent is what is published now. */
async function lost(): Promise<void> {
  try {
    const now = await api.plan()
    const ours = now.revision > baseRevision.value && changesOf(now.plan, plan.value).length === 0
    outcome.value = ours ? 'done' : 'unsure'
    if (ours) {
      published.value = now
      discard()
    }
  } catch {
    outcome.value = 'unsure'
  }
}

/** What came of it; the dialog that shows it may be closed before everything is looked at anew. */
async function settle(ask: () => Promise<Result>): Promise<Outcome> {
  busy.value = true
  refusal.value = ''
  named.value = []
  result.value = null
  try {
    result.value = await ask()
    outcome.value = 'done'
  } catch (problem) {
    refusal.value = sentence(problem)
    outcome.value = 'failed'
    if (problem instanceof ApiProblem) {
      named.value = problem.items
      if (problem.status === 409) outcome.value = 'moved'
      if (problem.status === 422) outcome.value = 'refused'
      if (problem.status === 0) await lost()
      if (outcome.value === 'refused') problems.value = problemsOf(problem)
    }
  } finally {
    busy.value = false
  }
  const came = outcome.value
  void lookAtDrift() // also after a failure: it may have got half way
  await look().catch(() => undefined)
  return came
}

export async function publish(comment: string): Promise<void> {
  const came = await settle(async () => {
    const made = await api.publish(baseRevision.value, plan.value, comment)
    // The draft is what is published now: it must not come back as a draft on an old revision.
    baseRevision.value = made.revision
    return made
  })
  if (came === 'done') discard()
  if (came === 'refused') preview.value = false
}

export const undo = (revision: number, comment: string): Promise<Outcome> =>
  settle(() => api.undo(revision, comment))
