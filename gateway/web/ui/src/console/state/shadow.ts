/** The leader's call that the operator at this seat assists in; its phone answers by itself. */

import { computed, ref, watch } from 'vue'
import { shadowCall } from '../api/leaders'
import { answer } from '../phone/softphone'
import { live } from './live'
import { tellProblem } from './notices'
import { isPhone } from './phone'

export const shadow = computed(() => live.value.shadow)
export const busy = ref(false)

export async function act(mode: 'listen' | 'whisper' | 'leave'): Promise<void> {
  const there = shadow.value
  if (!there || busy.value) return
  busy.value = true
  try {
    await shadowCall(there.contact_id, mode)
  } catch (problem) {
    tellProblem(problem)
  } finally {
    busy.value = false
  }
}

// Whoever is ready at an assistant's seat has said yes to these rings.
watch(
  () => shadow.value?.state,
  (now) => {
    if (now === 'dialling' && isPhone()) answer()
  },
)
