/** The gateway's opinion of the draft, asked a moment after each edit. */

import { computed, ref, shallowRef, watch } from 'vue'
import { ApiProblem } from '../../console/api/problem'
import { sentence } from '../../console/state/notices'
import * as api from '../api'
import { pathOf, saidOf } from '../plan/paths'
import type { Change, Said } from '../plan/types'
import { baseRevision, dirty, look, plan } from './draft'

const QUIET_MS = 350

export const problems = shallowRef<Said[]>([])
export const warnings = shallowRef<Said[]>([])
/** What publishing would do, by the gateway's own reckoning. */
export const foreseen = shallowRef<Change[]>([])
export const checking = ref(false)
/** Why the draft could not be checked. */
export const fault = ref('')

let asked = 0
let timer = 0

export const problemsAt = (path: string): Said[] => saidOf(problems.value, path)
export const warningsAt = (path: string): Said[] => saidOf(warnings.value, path)
export const clean = computed(() => !checking.value && !fault.value && problems.value.length === 0)

/** The fields that a refusal names, as problems. */
export const problemsOf = (refusal: ApiProblem): Said[] =>
  refusal.items.map(({ pointer, zh, en }) => ({ path: pathOf(pointer), zh, en }))

export function forgetCheck(): void {
  window.clearTimeout(timer)
  asked += 1
  checking.value = false
  problems.value = warnings.value = []
  foreseen.value = []
  fault.value = ''
}

/** Ask now. Whether publishing may be tried. */
export async function checkNow(): Promise<boolean> {
  window.clearTimeout(timer)
  asked += 1
  const mine = asked
  checking.value = true
  try {
    const found = await api.check(baseRevision.value, plan.value)
    if (mine !== asked) return false
    problems.value = found.problems
    warnings.value = found.warnings
    foreseen.value = found.changes
    fault.value = ''
  } catch (refusal) {
    if (mine !== asked) return false
    const status = refusal instanceof ApiProblem ? refusal.status : 0
    const named = refusal instanceof ApiProblem && status === 422 ? problemsOf(refusal) : []
    problems.value = named
    // Somebody published meanwhile: what they changed is shown instead.
    const moved = status === 409 && (await look().then(() => true, () => false))
    fault.value = named.length || moved ? '' : sentence(refusal)
  }
  checking.value = false
  return clean.value
}

watch(
  plan,
  () => {
    window.clearTimeout(timer)
    if (!dirty.value) {
      forgetCheck()
      return
    }
    checking.value = true
    timer = window.setTimeout(() => void checkNow(), QUIET_MS)
  },
  { deep: true },
)
