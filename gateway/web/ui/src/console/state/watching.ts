/** The call whose transcript a supervisor follows; the gateway notes it. Stopped on leaving. */

import { ref, watch } from 'vue'
import * as heardApi from '../api/heard'
import { hear, noteSaying } from './heard'
import { live, online, whenPassing } from './live'
import { tellProblem } from './notices'

/** The contact that is followed; empty: none. */
export const watched = ref('')

export async function watchCall(contactId: string): Promise<void> {
  if (watched.value === contactId) return
  stopWatching()
  watched.value = contactId
  await begin(contactId)
}

async function begin(contactId: string): Promise<void> {
  try {
    await heardApi.watch(contactId)
    await hear(contactId)
  } catch (problem) {
    if (watched.value === contactId) watched.value = ''
    tellProblem(problem)
  }
}

export function stopWatching(): void {
  const was = watched.value
  watched.value = ''
  if (was) heardApi.unwatch(was).catch(() => undefined) // it ends with this page's connection too
}

// Whoever was cut off is asked for again: the gateway may have been another one meanwhile.
watch(online, (now, before) => {
  if (now && !before && watched.value) void begin(watched.value)
})
window.addEventListener('pagehide', stopWatching)

whenPassing((said) => {
  const { contact_id } = said.data
  if (said.type === 'watched') {
    if (contact_id === watched.value) void hear(contact_id, said.data.last_seq)
  } else if (contact_id === watched.value || contact_id === live.value.words?.contact_id)
    noteSaying(contact_id, said.data.party, said.data.text)
})
