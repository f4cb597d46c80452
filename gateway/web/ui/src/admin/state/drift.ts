/** Whether Asterisk runs what was published; asked now and then while somebody looks. */

import { ref, shallowRef } from 'vue'
import { sentence } from '../../console/state/notices'
import * as api from '../api'
import type { Drift } from '../plan/types'
import { look, published } from './draft'

const EVERY_MS = 15_000
/** Comparing asks the telephone system for everything: in every fourth round only. */
const DRIFT_ROUNDS = 4

export const drift = shallowRef<Drift | null>(null)
export const driftFault = ref('')
export const health = shallowRef<api.Health | null>(null)
export const healthFault = ref('')
export const mending = ref(false)
let timer = 0
let rounds = 0

async function ask<T>(get: () => Promise<T>, into: { value: T | null }, fault: { value: string }): Promise<void> {
  try {
    into.value = await get()
    fault.value = ''
  } catch (problem) {
    fault.value = sentence(problem)
  }
}

export const lookAtDrift = (): Promise<void> => ask(api.drift, drift, driftFault)

/** Publish again what is published, and read it back. */
export async function mend(): Promise<void> {
  mending.value = true
  await ask(api.mend, drift, driftFault)
  mending.value = false
}

async function round(): Promise<void> {
  window.clearTimeout(timer)
  if (!document.hidden) {
    await Promise.all([
      rounds % DRIFT_ROUNDS === 0 ? lookAtDrift() : undefined,
      ask(api.health, health, healthFault),
      published.value ? look().catch(() => undefined) : undefined,
    ])
    rounds += 1
  }
  if (timer >= 0) timer = window.setTimeout(() => void round(), EVERY_MS)
}

export function beginRounds(): void {
  timer = rounds = 0
  void round()
}

export function endRounds(): void {
  window.clearTimeout(timer)
  timer = -1
  drift.value = null
}
