import type { Contact } from '../api/types'
import { serverNow } from '../clock'

/** How long after its end a call's recording may still be on its way into the archive. */
const SAVING_MS = 15_000

/** Whether this call ended a moment ago and its recording is not there yet. */
export function isSaving(contact: Contact): boolean {
  if (contact.recording || !contact.answered_at || !contact.ended_at) return false
  return serverNow() - Date.parse(contact.ended_at) < SAVING_MS
}
