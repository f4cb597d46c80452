/**
 * Wrap-up drafts of this tab, by contact: kept in memory and in sessionStorage, so that a reload
 * loses nothing; gone when the tab closes, when they are submitted, and at log-out.
 */

import { reactive } from 'vue'

export interface Draft {
  code: string
  note: string
  caller_name: string
}

const KEY = 'hotline.drafts'

function kept(): Record<string, Draft> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, Draft>) : {}
  } catch {
    return {}
  }
}

export const drafts = reactive<Record<string, Draft>>(kept())

function keep(): void {
  sessionStorage.setItem(KEY, JSON.stringify(drafts))
}

export function putDraft(contactId: string, draft: Draft): void {
  if (draft.code || draft.note || draft.caller_name) drafts[contactId] = { ...draft }
  else delete drafts[contactId]
  keep()
}

export function dropDraft(contactId: string): void {
  delete drafts[contactId]
  keep()
}

export function dropAllDrafts(): void {
  for (const id of Object.keys(drafts)) delete drafts[id]
  keep()
}
