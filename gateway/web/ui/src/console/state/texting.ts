/** Short messages to callers that are being written, by contact: kept until they are sent or we log out. */

import { reactive, ref } from 'vue'

export interface TextDraft {
  text: string
  /** The message's own id from the first try on, so that a second try is the same message. */
  key: string
}

/** The contact that is being written to; empty: the dialog is shut. */
export const writingTo = ref('')
export const textDrafts = reactive<Record<string, TextDraft>>({})

export const textOf = (id: string): TextDraft => textDrafts[id] ?? { text: '', key: '' }

/** Other words are another message. */
export function putText(id: string, text: string): void {
  if (text) textDrafts[id] = { text, key: crypto.randomUUID() }
  else delete textDrafts[id]
}

export function dropAllTexts(): void {
  writingTo.value = ''
  for (const id of Object.keys(textDrafts)) delete textDrafts[id]
}
