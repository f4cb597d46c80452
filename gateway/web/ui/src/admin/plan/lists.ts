/** The four lists of a plan, and what each thing in them is known by. Pure. */

import type { Kind, NumberPlan, OperatorPlan, Plan, QueuePlan, SeatPlan } from './types'

export interface Lists {
  queue: QueuePlan
  number: NumberPlan
  seat: SeatPlan
  operator: OperatorPlan
}

export const KINDS: readonly Kind[] = ['queue', 'number', 'seat', 'operator']
const LIST = { queue: 'queues', number: 'numbers', seat: 'seats', operator: 'operators' } as const
const KEY = { queue: 'name', number: 'did', seat: 'number', operator: 'login' } as const

export type Thing = Record<string, unknown>

export const listOf = (plan: Plan, kind: Kind): Thing[] => plan[LIST[kind]] as unknown as Thing[]
export const keyOf = (kind: Kind): string => KEY[kind]
export const nameOf = (kind: Kind, thing: Thing): string => String(thing[KEY[kind]] ?? '')
export const listName = (kind: Kind): keyof Plan => LIST[kind]

/** The list of one kind by name; of things with one name the last counts. */
export const byName = (plan: Plan, kind: Kind): Map<string, Thing> =>
  new Map(listOf(plan, kind).map((one) => [nameOf(kind, one), one]))

/** A copy that shares nothing. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Whether two values of a field are the same; the order of a map's keys does not matter. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  const [a, b] = [one as Thing, other as Thing]
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]))
}

/** Take a queue out, and out of everybody's skills: nobody can have a skill for what is not there. */
export function dropQueue(plan: Plan, name: string): void {
  plan.queues = plan.queues.filter((one) => one.name !== name)
  for (const one of plan.operators) delete one.skills[name]
}

/** Put a queue back as it was published, and back into the skills of those who had it. */
export function bringBackQueue(plan: Plan, published: Plan, name: string): void {
  const queue = published.queues.find((one) => one.name === name)
  if (!queue || plan.queues.some((one) => one.name === name)) return
  plan.queues.push(copyOf(queue))
  const had = new Map(published.operators.map((one) => [one.login, one.skills[name]]))
  for (const one of plan.operators) {
    const penalty = had.get(one.login)
    if (penalty !== undefined) one.skills[name] = penalty
  }
}
