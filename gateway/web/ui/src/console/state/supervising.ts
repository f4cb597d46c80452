/** The talk that a supervisor hears at their own seat's phone, and in which way. */

import { ref, watch } from 'vue'
import * as guests from '../api/guests'
import { answer, softphone } from '../phone/softphone'
import { seat } from './live'
import { tellProblem } from './notices'
import { isPhone } from './phone'

/** The contact that is heard; empty: none. */
export const heard = ref('')
export const way = ref<guests.Hearing | ''>('')
export const asking = ref(false)

async function once(act: () => Promise<unknown>): Promise<boolean> {
  if (asking.value) return false
  asking.value = true
  try {
    await act()
    return true
  } catch (problem) {
    tellProblem(problem)
    return false
  } finally {
    asking.value = false
  }
}

/** Hear this talk, or take part in it in another way; the own phone rings and is answered at once. */
export async function hear(contact: string, mode: guests.Hearing): Promise<void> {
  const begins = heard.value !== contact
  if (begins && heard.value) await stop()
  if (!(await once(() => guests.hear(contact, mode)))) return
  if (begins && isPhone()) answer() // who asked for this ring has already said yes to it
  heard.value = contact
  way.value = mode
}

export async function stop(): Promise<void> {
  const contact = heard.value
  if (!contact) return
  await once(() => guests.hearNoMore(contact))
  heard.value = way.value = ''
}

export const takeOver = (contact: string) => once(() => guests.takeOver(contact))

// Once the own seat has the call, or none any more, there is nothing to stop: the leg is the call's.
watch(
  () => [seat.value?.state, seat.value?.reason],
  ([state, reason]) => {
    if (state !== 'not_ready' || reason !== 'supervising') heard.value = way.value = ''
  },
)

// The own phone's leg has ended: nothing is heard any more, whoever ended it.
watch(
  () => softphone.leg,
  (now, before) => {
    if (now === 'none' && before !== 'none') heard.value = way.value = ''
  },
)
