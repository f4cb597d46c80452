/** My draft on top of what somebody else published meanwhile. Pure. */

import { byName, copyOf, keyOf, KINDS, listName, listOf, nameOf, same, type Thing } from './lists'
import type { Kind, Plan } from './types'

/** A field that both changed, each in their own way; the merged plan has mine. */
export interface Conflict {
  kind: Kind
  name: string
  field: string
  mine: unknown
  theirs: unknown
}

export interface Merged {
  plan: Plan
  conflicts: Conflict[]
}

const isMap = (value: unknown): value is Thing =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Field by field: who changed it has it; when both did, mine stands and it is told. */
function mergeFields(
  base: Thing, mine: Thing, theirs: Thing, clash: (field: string, mine: unknown, theirs: unknown) => void,
): Thing {
  const merged: Thing = {}
  for (const field of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [was, my, their] = [base[field], mine[field], theirs[field]]
    let value = my
    if (same(my, was)) value = their
    else if (isMap(my) && isMap(their))
      value = mergeFields(isMap(was) ? was : {}, my, their, (key, m, t) => clash(`${field}.${key}`, m, t))
    else if (!same(their, was) && !same(my, their)) clash(field, my, their)
    if (value !== undefined) merged[field] = value
  }
  return merged
}

/** Three ways: what I began from, what I have now, what is published now. */
export function merge(base: Plan, mine: Plan, theirs: Plan): Merged {
  const conflicts: Conflict[] = []
  const plan = copyOf(theirs)
  for (const kind of KINDS) {
    const [was, my, their] = [base, mine, theirs].map((one) => byName(one, kind)) as [
      Map<string, Thing>, Map<string, Thing>, Map<string, Thing>,
    ]
    const order = [...listOf(theirs, kind), ...listOf(mine, kind)].map((one) => nameOf(kind, one))
    const merged = [...new Set(order)].flatMap((name) => {
      const [old, own, other] = [was.get(name), my.get(name), their.get(name)]
      const clash = (field: string, m: unknown, t: unknown): void => {
        conflicts.push({ kind, name, field, mine: m, theirs: t })
      }
      if (own && other) return [mergeFields(old ?? { [keyOf(kind)]: name }, own, other, clash)]
      if (own) {
        if (!old) return [own]
        if (same(own, old)) return []
        clash('', own, null)
        return [own]
      }
      if (other && !old) return [other]
      if (other && !same(other, old)) clash('', null, other)
      return []
    })
    Object.assign(plan, { [listName(kind)]: copyOf(merged) })
  }
  return { plan, conflicts }
}
