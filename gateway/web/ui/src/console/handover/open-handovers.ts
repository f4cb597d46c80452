/** What a supervisor has to know of a hand-over to an emergency line. Pure. */

import type { Handover, HandoverDay } from '../api/emergencies'

export type Talked = 'dialled' | 'answered' | 'verified' | 'unknown'

/** How far the call itself came. */
export function talked(one: Pick<Handover, 'answered' | 'verified'>): Talked {
  if (one.verified) return 'verified'
  if (one.answered) return 'answered'
  return one.answered === null ? 'unknown' : 'dialled'
}

export type Grade = 'bad' | 'warn' | ''

/** Whether somebody has to act: it is ours again, or their system does not know of it. */
export function grade(one: Pick<Handover, 'order' | 'taken' | 'fault'>): Grade {
  if (one.order === 'returned') return 'bad'
  return !one.taken && one.fault ? 'warn' : ''
}

/** What has to be looked at first stands first; otherwise the oldest. */
export function inOrder(items: readonly Handover[]): Handover[] {
  const rank: Record<Grade, number> = { bad: 0, warn: 1, '': 2 }
  return [...items].sort((a, b) => rank[grade(a)] - rank[grade(b)] || a.at.localeCompare(b.at))
}

/** Whether a day agrees; without their list nothing is known. */
export function agreed(day: Pick<HandoverDay, 'difference'>): 'same' | 'differs' | 'unknown' {
  if (day.difference === null) return 'unknown'
  return day.difference === 0 ? 'same' : 'differs'
}
