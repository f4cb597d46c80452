/** Makes itself heard while a conversation wants somebody here; silent while I talk. */

import { computed, ref, watch } from 'vue'
import { startChime, stopChime, type Chime } from '../phone/sound'
import { wanted } from './chats'
import { call, seat } from './live'

const KEY = 'hotline.chime'
/** Whether messages may be heard here; offers always are. */
export const audible = ref(localStorage.getItem(KEY) !== 'off')

export function setAudible(on: boolean): void {
  audible.value = on
  localStorage.setItem(KEY, on ? 'on' : 'off')
}

/** Of several windows one is heard, and when it is closed, another. */
export const speaks = ref(!('locks' in navigator))
if ('locks' in navigator)
  void navigator.locks.request('chime', () => {
    speaks.value = true
    return new Promise<void>(() => undefined)
  })

const busy = computed(() => call.value !== null && call.value.state !== 'ended')

const chime = computed<Chime | null>(() => {
  if (!seat.value || !speaks.value || busy.value) return null
  if (wanted.value.offers) return 'offer'
  return wanted.value.unread && audible.value ? 'unread' : null
})

watch(chime, (now) => {
  if (now) void startChime(now)
  else stopChime()
})
