/** The note that is being written for a contact: others may put words where its cursor stands. */

import { shallowReactive } from 'vue'

/** Puts words at the cursor; false when there is no room for them. */
export type Put = (words: string) => boolean

const fields = shallowReactive(new Map<string, Put>())

/** The returned function forgets it. */
export function offerNote(contactId: string, put: Put): () => void {
  fields.set(contactId, put)
  return () => {
    if (fields.get(contactId) === put) fields.delete(contactId)
  }
}

export const noteOf = (contactId: string): Put | undefined => fields.get(contactId)
