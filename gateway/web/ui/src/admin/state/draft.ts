/** The plan that is published, and the draft that is being made of it. */

import { computed, ref, shallowRef, watch } from 'vue'
import * as api from '../api'
import { changesOf } from '../plan/diff'
import { copyOf } from '../plan/lists'
import { merge, type Merged } from '../plan/merge'
import type { Choices, Kind, Plan, Published } from '../plan/types'
import { forget, keep, recall } from './kept'

const NOTHING: Plan = { queues: [], numbers: [], seats: [], operators: [] }
const NO_CHOICES: Choices = { strategies: [], roles: [], greetings: [], keys: [] }

/** What is published now, as far as we know. */
export const published = shallowRef<Published | null>(null)
/** What the draft began from. */
export const base = shallowRef<Plan>(NOTHING)
export const baseRevision = ref(0)
export const plan = ref<Plan>(copyOf(NOTHING))
/** The browser could not keep the draft: a reload would lose it. */
export const unkept = ref(false)

export const choices = computed(() => published.value?.choices ?? NO_CHOICES)
export const changes = computed(() => changesOf(base.value, plan.value))
export const dirty = computed(() => changes.value.length > 0)
/** Somebody published since the draft began: it must be put on top of that first. */
export const moved = computed(
  () => dirty.value && published.value !== null && published.value.revision !== baseRevision.value,
)

const marks = computed(() => new Map(changes.value.map((one) => [`${one.kind} ${one.name}`, one.action])))
export const markOf = (kind: Kind, name: string) => marks.value.get(`${kind} ${name}`)

function begin(from: Plan, revision: number, wanted: Plan): void {
  base.value = from
  baseRevision.value = revision
  plan.value = copyOf(wanted)
}

/** Throw the draft away and begin from what is published. */
export function discard(): void {
  forget()
  if (published.value) begin(published.value.plan, published.value.revision, published.value.plan)
}

/** Ask what is published. A draft stays; without one the screen shows what is published. */
export async function look(): Promise<void> {
  const found = await api.plan()
  const first = published.value === null
  const same = published.value?.revision === found.revision
  if (same && !first) return
  published.value = found
  const kept = first ? recall() : null
  if (kept) begin(kept.base, kept.revision, kept.plan)
  if (!dirty.value) discard()
}

/** My draft on top of what is published now. Called again it changes nothing. */
export function rebase(): Merged {
  const now = published.value
  if (!now) return { plan: plan.value, conflicts: [] }
  const merged = merge(base.value, plan.value, now.plan)
  begin(now.plan, now.revision, merged.plan)
  return merged
}

function keepIt(): void {
  if (dirty.value) unkept.value = !keep({ revision: baseRevision.value, base: base.value, plan: plan.value })
  else forget()
}

watch(plan, keepIt, { deep: true })

/** After logging out, nothing of it stays. */
export function leaveDraft(): void {
  published.value = null
  begin(NOTHING, 0, NOTHING)
  forget()
}
