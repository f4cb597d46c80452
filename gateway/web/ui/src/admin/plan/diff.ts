/** What changes between two plans, and changes as a person reads them. Pure. */

import { byName, keyOf, KINDS, same, type Thing } from './lists'
import { read } from './said'
import type { Action, Change, Kind, Plan } from './types'

/** Changes of one thing, together; `fields` is empty when a thing goes as a whole. */
export interface Group {
  action: Action
  kind: Kind
  name: string
  fields: { field: string; before: unknown; after: unknown }[]
}

const isThing = (value: unknown): value is Thing =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function between(kind: Kind, name: string, before: Thing | undefined, after: Thing | undefined): Change[] {
  const rest = { kind, name }
  if (!before) return [{ action: 'add', ...rest, field: '', before: null, after: after ?? null }]
  if (!after) return [{ action: 'remove', ...rest, field: '', before, after: null }]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !same(before[field], after[field]))
    .map((field) => ({
      action: 'change' as const, ...rest, field, before: before[field], after: after[field],
    }))
}

/** Every difference from `before` to `after`. */
export function changesOf(before: Plan, after: Plan): Change[] {
  return KINDS.flatMap((kind) => {
    const [old, fresh] = [byName(before, kind), byName(after, kind)]
    const names = new Set([...old.keys(), ...fresh.keys()])
    return [...names].flatMap((name) => between(kind, name, old.get(name), fresh.get(name)))
  })
}

/** One thing's fields, except the one it is known by; a new thing's empty ones say nothing. */
function fieldsOf({ kind, field, before, after }: Change): Group['fields'] {
  if (field) return [{ field, before, after }]
  const whole = isThing(after) ? after : isThing(before) ? before : {}
  return Object.entries(whole)
    .filter(([name, value]) => name !== keyOf(kind) && value !== '' && !isEmpty(value))
    .map(([name, value]) => ({
      field: name, before: isThing(before) ? value : null, after: isThing(after) ? value : null,
    }))
}

const isEmpty = (value: unknown): boolean =>
  (Array.isArray(value) && value.length === 0) || (isThing(value) && Object.keys(value).length === 0)

/** Changes thing by thing: what goes first, then what changes, then what is new. */
export function grouped(changes: readonly Change[]): Group[] {
  const groups = new Map<string, Group>()
  for (const change of changes.map(read)) {
    const { action, kind, name } = change
    const key = `${kind} ${name} ${action}`
    const group = groups.get(key) ?? { action, kind, name, fields: [] }
    group.fields.push(...fieldsOf(change))
    groups.set(key, group)
  }
  const order: readonly Action[] = ['remove', 'change', 'add']
  return [...groups.values()].sort(
    (a, b) =>
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || order.indexOf(a.action) - order.indexOf(b.action),
  )
}

const OPPOSITE = { add: 'remove', change: 'change', remove: 'add' } as const

/** What taking these changes back will do. */
export const inverse = (changes: readonly Change[]): Change[] =>
  changes.map((one) => ({
    ...one, action: OPPOSITE[one.action], before: one.after, after: one.before,
  }))
