/** The gateway writes the values of changes as text; here they become values again. Pure. */

import { keyOf } from './lists'
import type { Change, Hours, Kind } from './types'

const FIELDS: Record<Kind, readonly string[]> = {
  queue: [
    'name', 'title_zh', 'title_en', 'strategy', 'ring_seconds', 'max_wait_seconds', 'wrap_up_seconds',
    'service_level_seconds', 'key', 'rank', 'hours', 'closed_queue', 'language',
  ],
  number: ['did', 'title_zh', 'title_en', 'queue', 'greeting', 'tag', 'origin'],
  seat: ['number', 'title'],
  operator: ['login', 'name', 'role', 'active', 'skills'],
}

/** `1-5 09:00-17:30, 67 22:00-06:00` as hours, `24h` as none; null when it is something else. */
export function hoursOf(text: string): Hours[] | null {
  if (text === '24h') return []
  const found = text.split(', ').map((part) => /^([1-7](?:-[1-7])?|[1-7]+) (\d\d:\d\d)-(\d\d:\d\d)$/.exec(part))
  if (found.some((one) => one === null)) return null
  return found.map((one) => {
    const [, days = '', from = '', to = ''] = one ?? []
    const [first, last] = days.split('-').map(Number)
    const all = days.includes('-') && first && last
      ? Array.from({ length: last - first + 1 }, (_, at) => first + at)
      : [...days].map(Number)
    return { days: all, from, to }
  })
}

/** `civil=0 enterprise=1` as skills; null when it is something else. */
export function skillsOf(text: string): Record<string, number> | null {
  const parts = text.split(' ').filter(Boolean).map((part) => /^([^=]+)=(-?\d+)$/.exec(part))
  if (parts.some((one) => one === null)) return null
  return Object.fromEntries(parts.map((one) => [one?.[1] ?? '', Number(one?.[2])]))
}

/** One field's value, from text or as it is. */
export function typed(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (field === 'hours') return hoursOf(value) ?? value
  if (field === 'skills') return skillsOf(value) ?? value
  if (field === 'active') return value === 'yes' || (value === 'no' ? false : value)
  return value
}

/** `name=night, title_zh=夜间, hours=24h` as fields. A comma within a title ends nothing. */
export function wholeOf(kind: Kind, text: string): Record<string, unknown> {
  const names = FIELDS[kind].join('|')
  const parts = text.split(new RegExp(`(?:^|, )(${names})=`, 'u')).slice(1)
  const fields: Record<string, unknown> = {}
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [field = '', value = ''] = parts.slice(at, at + 2)
    fields[field] = typed(field, value)
  }
  return fields
}

/** A change with values instead of text: a whole thing as an object, nothing as null. */
export function read(change: Change): Change {
  const { field, kind, before, after } = change
  const of = (value: unknown): unknown => {
    if (field) return typed(field, value)
    if (typeof value !== 'string') return value
    return value ? { [keyOf(kind)]: change.name, ...wholeOf(kind, value) } : null
  }
  return { ...change, before: of(before), after: of(after) }
}
