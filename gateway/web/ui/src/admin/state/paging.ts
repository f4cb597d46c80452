/** A long list a page at a time, searched; a jump to one thing turns to its page. */

import { computed, ref, watch, type Ref } from 'vue'
import type { Plan } from '../plan/types'
import { wanted } from './where'

export const PAGE = 25

export interface Indexed<T> {
  thing: T
  /** Where it stands in the plan: problems are told by this. */
  index: number
}

export function usePaging<T>(list: keyof Plan, all: () => T[], matches: (thing: T, index: number) => boolean, reset: () => void) {
  const page: Ref<number> = ref(0)
  const found = computed<Indexed<T>[]>(() =>
    all().map((thing, index) => ({ thing, index })).filter((one) => matches(one.thing, one.index)),
  )
  const pages = computed(() => Math.max(1, Math.ceil(found.value.length / PAGE)))
  const shown = computed(() => found.value.slice(page.value * PAGE, (page.value + 1) * PAGE))
  watch(pages, (count) => {
    page.value = Math.min(page.value, count - 1)
  })
  watch(wanted, (place) => {
    if (place?.list !== list || place.index < 0) return
    if (!found.value.some((one) => one.index === place.index)) reset()
    const at = found.value.findIndex((one) => one.index === place.index)
    if (at >= 0) page.value = Math.floor(at / PAGE)
  }, { immediate: true })
  return { page, pages, found, shown }
}
