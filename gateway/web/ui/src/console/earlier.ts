/** A citizen's contacts: what they are, and their order. Pure. */

import type { Contact } from './api/types'

/** By voice, not by messages. */
export const isCall = (contact: Pick<Contact, 'channel'>): boolean =>
  contact.channel === 'phone' || contact.channel === 'web_call'

/** Not dealt with yet comes first (nobody wrote down a result), then the newest. */
export function openFirst(contacts: readonly Contact[]): Contact[] {
  return [...contacts].sort(
    (a, b) =>
      Number(Boolean(a.disposition)) - Number(Boolean(b.disposition)) ||
      b.arrived_at.localeCompare(a.arrived_at),
  )
}
