/** The one list: what is shown of it, and how. Pure. */

import type { ItemKind, LineItem } from '../api/chat-types'

export const KINDS: readonly ItemKind[] = ['call', 'chat', 'form', 'callback']

export interface Wanted {
  kind: ItemKind | ''
  queue: string
}

/** As the gateway ranked them; only fewer. */
export const sifted = (items: readonly LineItem[], wanted: Wanted): LineItem[] =>
  items.filter(
    (one) => (!wanted.kind || one.kind === wanted.kind) && (!wanted.queue || one.queue === wanted.queue),
  )

/** A call is given out by the telephones; the rest may be taken by hand while nobody has it. */
export const takeable = (one: LineItem): boolean => one.kind !== 'call' && !one.seat

/** How many of each kind. */
export function countByKind(items: readonly LineItem[]): Record<ItemKind, number> {
  const counts: Record<ItemKind, number> = { call: 0, chat: 0, form: 0, callback: 0 }
  for (const one of items) counts[one.kind] += 1
  return counts
}
