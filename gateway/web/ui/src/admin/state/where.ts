/** Which tab is open: the part of the address after #; and which field is to be jumped to. */

import { nextTick, ref, shallowRef } from 'vue'
import { placeOf, TABS, type Place, type Tab } from '../plan/paths'

const read = (): Tab => TABS.find((one) => window.location.hash === `#/${one}`) ?? 'overview'

export const tab = ref<Tab>(read())
/** Set by a jump; the view of its tab brings the thing into sight. */
export const wanted = shallowRef<Place | null>(null)

window.addEventListener('hashchange', () => {
  tab.value = read()
})

export function open(to: Tab): void {
  if (tab.value !== to) window.location.hash = `#/${to}`
  tab.value = to
}

/** The field itself, else the nearest thing around it that is on the screen. */
function fieldAt(path: string): HTMLElement | null {
  for (let at = path; at; at = at.replace(/(\.[^.[]+|\[\d+\])$/, '')) {
    const found = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(at)}"]`)
    if (found) return found
    if (!/[.[]/.test(at)) break
  }
  return null
}

/** Open the tab, bring the thing into sight, put the cursor into the field. */
export async function jumpTo(path: string): Promise<void> {
  const place = placeOf(path)
  open(place.tab)
  wanted.value = null
  await nextTick()
  wanted.value = place
  await nextTick()
  await nextTick()
  const field = fieldAt(path)
  field?.scrollIntoView({ block: 'center' })
  field?.focus()
}
