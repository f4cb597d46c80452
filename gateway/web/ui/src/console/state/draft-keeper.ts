/** The draft of the call at my seat is kept at the gateway too: a browser that crashes forgets its own. */

import { ref, watch } from 'vue'
import * as calls from '../api/calls'
import { drafts, putDraft, type Draft } from './drafts'
import { call } from './live'

/** Typing goes on for a while; each pause of so long is told. */
const PAUSE_MS = 1500
const NOTHING: Draft = { code: '', note: '', caller_name: '' }

/** The contact whose draft the gateway has as we have it, or will have; empty: not known yet. */
const followed = ref('')
let told = ''
let timer = 0

const written = (draft: Draft | undefined): string => {
  const { code, note, caller_name } = draft ?? NOTHING
  return JSON.stringify({ code, note, caller_name })
}

/** First read, then write: a page that has just been opened knows less than the gateway. */
async function follow(contactId: string): Promise<void> {
  let kept = NOTHING
  try {
    kept = await calls.draft(contactId)
  } catch {
    return // it is kept in this tab
  }
  if (call.value?.contact_id !== contactId) return
  told = written(kept)
  if (told !== written(NOTHING) && !drafts[contactId]) putDraft(contactId, kept)
  followed.value = contactId
}

watch(
  () => call.value?.contact_id ?? '',
  (contactId) => {
    followed.value = ''
    window.clearTimeout(timer)
    if (contactId) void follow(contactId)
  },
  { immediate: true },
)

watch(
  () => (followed.value ? written(drafts[followed.value]) : ''),
  (text) => {
    const contactId = followed.value
    window.clearTimeout(timer)
    if (!contactId || text === told) return
    timer = window.setTimeout(() => {
      told = text
      calls.keepDraft(contactId, JSON.parse(text) as Draft).catch(() => {
        told = '' // told again with the next word
      })
    }, PAUSE_MS)
  },
)
