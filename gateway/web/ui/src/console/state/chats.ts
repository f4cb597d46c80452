/** The conversations at my seat, which one is in front, and what I do with an offer. */

import { computed, reactive, ref, watch } from 'vue'
import * as chatApi from '../api/chats'
import type { ChatView } from '../api/chat-types'
import { CALL, frontOf, inOrder, neighbour, wanting } from '../chat/roster'
import { t } from '../i18n'
import { dropDraft } from './drafts'
import { call, live } from './live'
import { tell, tellProblem } from './notices'
import { go, view } from './route'

export { CALL }

export const chats = computed<ChatView[]>(() => inOrder(live.value.chats))
export const offers = computed(() => chats.value.filter((one) => one.state === 'offered'))
export const open = computed(() => chats.value.filter((one) => one.state === 'open'))
export const wanted = computed(() => wanting(chats.value))
const desk = computed(() => ({
  call: call.value !== null,
  chats: chats.value.map((one) => one.contact_id),
}))

/** What stands in the middle of the desk: `CALL`, a conversation's id, or nothing. */
export const front = ref('')
export const chatInFront = computed(() =>
  chats.value.find((one) => one.contact_id === front.value) ?? null,
)

// A reload comes back to the conversation that was open: its id is nobody's secret.
const KEY = 'hotline.front'
front.value = sessionStorage.getItem(KEY) ?? ''
watch(front, (id) => sessionStorage.setItem(KEY, id))

watch(
  desk,
  (now) => {
    // Nothing is known before the first snapshot: what was open waits for it.
    if (live.value.epoch) front.value = frontOf(front.value, now)
  },
  { immediate: true },
)

// A call that rings comes to the front, whatever is being written: the words stay where they are.
watch(
  () => (call.value?.state === 'offered' ? call.value.contact_id : ''),
  (contactId) => {
    if (contactId) front.value = CALL
  },
  { immediate: true, flush: 'sync' },
)

export function show(id: string): void {
  front.value = id
  if (view.value !== 'desk') go('desk')
}

/** To the next or previous thing at the desk; false when there is none. */
export function step(by: 1 | -1): boolean {
  const to = neighbour(front.value, desk.value, by)
  if (!to) return false
  show(to)
  return true
}

/** Who is to be asked for the keyboard after the next painting: the reply of this conversation. */
export const wantsKeyboard = ref('')

/** Whether somebody is in the middle of a word. */
const isTyping = (): boolean =>
  document.activeElement instanceof HTMLElement &&
  (document.activeElement.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(document.activeElement.tagName))

/** Commands on their way, by conversation. */
export const busy = reactive(new Set<string>())

async function once(id: string, act: () => Promise<unknown>): Promise<boolean> {
  if (busy.has(id)) return false
  busy.add(id)
  try {
    await act()
    return true
  } catch (problem) {
    tellProblem(problem)
    return false
  } finally {
    busy.delete(id)
  }
}

/** Take an offer. What is being typed elsewhere keeps the keyboard. */
export async function accept(id: string): Promise<void> {
  const typing = isTyping()
  if (!(await once(id, () => chatApi.chatCommand(id, 'accept')))) return
  if (typing) return
  show(id)
  wantsKeyboard.value = id
}

export const decline = (id: string) => once(id, () => chatApi.chatCommand(id, 'decline'))

export async function release(id: string): Promise<void> {
  if (!(await once(id, () => chatApi.chatCommand(id, 'release')))) return
  dropDraft(id)
  tell('info', t('chat.released'))
}

/** Take something out of the one list by hand. */
export const takeByHand = (id: string) => once(id, () => chatApi.take(id))

/** The offer that Enter takes: the one in front, else the one that lapses first. */
export function acceptFirst(): boolean {
  const one = offers.value.find((offer) => offer.contact_id === front.value) ?? offers.value[0]
  if (!one) return false
  void accept(one.contact_id)
  return true
}
