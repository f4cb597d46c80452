/** Where in a contact somebody wants to look: the sentence or message that a search found. */

import { ref } from 'vue'

export interface Wanted {
  contactId: string
  segmentId: string
  messageId: string
}

export const wantedPlace = ref<Wanted | null>(null)

/** What is wanted of this contact; asked for once it is shown. */
export const placeIn = (contactId: string): Wanted | null =>
  wantedPlace.value?.contactId === contactId ? wantedPlace.value : null
