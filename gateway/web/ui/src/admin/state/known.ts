/** What names mean now: the draft first, then what was published for what goes. */

import { computed } from 'vue'
import type { Known } from '../values'
import { base, choices, plan, published } from './draft'

export const known = computed<Known>(() => ({
  plans: [plan.value, base.value, ...(published.value ? [published.value.plan] : [])],
  choices: choices.value,
}))
