/** Every request about what was heard, by name. */

import type * as api from './heard-types'
import { ask } from './http'

const id = encodeURIComponent

export const transcript = (contactId: string, after: number) =>
  ask<api.Heard>('GET', `contacts/${id(contactId)}/transcript?after=${after}`)
export const correct = (contactId: string, segmentId: string, text: string) =>
  ask<unknown>('POST', `contacts/${id(contactId)}/transcript/${id(segmentId)}/correction`, { text })
export const original = (contactId: string, segmentId: string, reason: string) =>
  ask<api.Original>('POST', `contacts/${id(contactId)}/transcript/${id(segmentId)}/original`, { reason })
export const keepConfidential = (contactId: string, confidential: boolean, reason: string) =>
  ask<unknown>('POST', `contacts/${id(contactId)}/confidential`, { confidential, reason })

export function search(filter: api.WordsFilter, before: string, limit: number) {
  const given = Object.entries({ ...filter, before }).filter(([, value]) => value)
  return ask<api.FoundPage>('POST', 'words/search', { ...Object.fromEntries(given), limit })
}

export const alarmSeen = (alarmId: string) => ask<unknown>('POST', `alarms/${id(alarmId)}/seen`, {})
export const watch = (contactId: string) => ask<null>('POST', `watch/${id(contactId)}`, {})
export const unwatch = (contactId: string) => ask<null>('DELETE', `watch/${id(contactId)}`)
