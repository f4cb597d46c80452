/** Order of a number's earlier contacts, pure. */

import type { Contact } from './api/types'

/** Not dealt with yet comes first (nobody wrote down a result), then the newest. */
export function openFirst(contacts: readonly Contact[]): Contact[] {
  return [...contacts].sort(
    (a, b) =>
      Number(Boolean(a.disposition)) - Number(Boolean(b.disposition)) ||
      b.arrived_at.localeCompare(a.arrived_at),
  )
}
