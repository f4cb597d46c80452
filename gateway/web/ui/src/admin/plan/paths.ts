/** Where a problem lies: `queues[1].hours[0].from` as a tab, a thing and a field. Pure. */

import type { Plan, Said } from './types'

export type Tab = 'overview' | 'queues' | 'seats' | 'people' | 'numbers' | 'hours' | 'experts' | 'history'
export const TABS: readonly Tab[] = [
  'overview', 'queues', 'seats', 'people', 'numbers', 'hours', 'experts', 'history',
]

export interface Place {
  tab: Tab
  list: keyof Plan | ''
  index: number
  field: string
}

const TAB: Record<keyof Plan, Tab> = {
  queues: 'queues', numbers: 'numbers', seats: 'seats', operators: 'people',
}

export function placeOf(path: string): Place {
  const [, list = '', index = '', field = ''] = /^(\w+)(?:\[(\d+)\])?(?:\.(.*))?$/.exec(path) ?? []
  if (!(list in TAB)) return { tab: 'overview', list: '', index: -1, field: '' }
  const known = list as keyof Plan
  const hours = known === 'queues' && /^(hours|closed_queue)/.test(field)
  return { tab: hours ? 'hours' : TAB[known], list: known, index: index ? Number(index) : -1, field }
}

/** /plan/queues/1/key of a refusal (RFC 6901) as the path that a check would give. */
export function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .filter((part, at) => part && !(at === 1 && part === 'plan'))
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path ? `${path}.${part}` : part), '')
}

/** Whether `path` is `at` or lies inside it. */
export const within = (path: string, at: string): boolean =>
  path === at || path.startsWith(`${at}.`) || path.startsWith(`${at}[`)

/** What is said of exactly this field. */
export const saidOf = (all: readonly Said[], path: string): Said[] => all.filter((one) => one.path === path)

/** How much is said of each tab. */
export function perTab(all: readonly Said[]): Partial<Record<Tab, number>> {
  const counts: Partial<Record<Tab, number>> = {}
  for (const { path } of all) {
    const { tab } = placeOf(path)
    counts[tab] = (counts[tab] ?? 0) + 1
  }
  return counts
}
