/**
 * The draft as it is kept in this tab's sessionStorage: a reload loses nothing, closing the tab and
 * logging out do.
 */

import type { Plan } from '../plan/types'

export interface Kept {
  /** The revision that the draft began from, and what it was. */
  revision: number
  base: Plan
  plan: Plan
}

const KEY = 'hotline.admin.draft'

const isPlan = (value: unknown): value is Plan =>
  typeof value === 'object' && value !== null &&
  ['queues', 'numbers', 'seats', 'operators'].every((list) =>
    Array.isArray((value as Record<string, unknown>)[list]),
  )

/** What was kept; null when nothing was, or nothing that can be read. */
export function recall(): Kept | null {
  try {
    const value = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<Kept> | null
    if (!value || typeof value.revision !== 'number') return null
    const { revision, base, plan } = value
    return isPlan(base) && isPlan(plan) ? { revision, base, plan } : null
  } catch {
    return null
  }
}

/** False when the browser has no room for it. */
export function keep(draft: Kept): boolean {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export const forget = (): void => sessionStorage.removeItem(KEY)
