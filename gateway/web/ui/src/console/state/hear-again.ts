/** Reads what was heard again while some of it is still to come, or could not be read. */

import { computed, onBeforeUnmount, watch } from 'vue'
import { hear, heardOf } from './heard'

/** The first time, and at most; each wait is twice the one before. */
const [FIRST_MS, MOST_MS] = [3000, 60_000]

/** For as long as the component lives; `more` says whether it is looked at by anybody. */
export function useHearAgain(contactId: () => string, more: () => boolean): void {
  const heard = computed(() => heardOf(contactId()))
  let timer = 0
  let wait = FIRST_MS
  const late = computed(() => more() && (heard.value.lost || heard.value.waiting > 0))
  watch([() => heard.value.segments.length, contactId], () => {
    wait = FIRST_MS
  })
  watch(
    [late, () => heard.value.loading],
    ([now, loading]) => {
      window.clearTimeout(timer)
      if (!now || loading) return
      timer = window.setTimeout(() => void hear(contactId()), wait)
      wait = Math.min(MOST_MS, wait * 2)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => window.clearTimeout(timer))
}
