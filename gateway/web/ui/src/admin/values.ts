/** Fields and values of a plan in words. */

import { said as consoleSaid } from '../console/i18n'
import { spoken, titled } from '../console/i18n/locale'
import { said, t } from './i18n'
import { alike, overnight, runs } from './plan/hours'
import { nameOf, type Thing } from './plan/lists'
import type { Choices, Hours, Kind, Plan, Said } from './plan/types'

/** What names are known: of the draft, and of what was published for things that go. */
export interface Known {
  plans: readonly Plan[]
  choices: Choices
}

export const strategyWord = (name: string): string =>
  [said(`strategy.${name}`, ''), name].filter(Boolean).join(' · ')

export const roleWord = (name: string): string => consoleSaid(`role.${name}`, name)

export function queueWord(name: string, { plans }: Known): string {
  const queue = plans.flatMap((plan) => plan.queues).find((one) => one.name === name)
  return titled(queue) || name
}

export const kindWord = (kind: string): string => said(`kind.${kind}`, t('kind.other'))

/** 话务员的「姓名」and a queue's「标识」are both called name. */
export function fieldWord(kind: string, field: string, known: Known): string {
  if (kind === 'operator' && field === 'name') return t('field.person')
  const [, skill] = /^skills\.(.+)$/.exec(field) ?? []
  if (skill) return t('field.skill', { queue: queueWord(skill, known) })
  return said(`field.${field}`, field)
}

const named = (title: string, name: string): string =>
  title && name ? t('value.named', { title, name }) : title || name

/** A queue's and a number's title beside its name, a person's name beside the login. */
export function thingWord(kind: Kind | string, name: string, { plans }: Known): string {
  for (const plan of plans) {
    if (kind === 'queue') {
      const found = plan.queues.find((one) => one.name === name)
      if (found) return named(titled(found), name)
    }
    if (kind === 'operator') {
      const found = plan.operators.find((one) => one.login === name)
      if (found) return named(found.name, name)
    }
    if (kind === 'number') {
      const found = plan.numbers.find((one) => one.did === name)
      if (titled(found)) return `${name} ${titled(found)}`
    }
  }
  return name
}

export function daysWord(days: readonly number[]): string {
  const word = (day: number): string => (said(`day.${day}`, String(day)))
  return runs(days)
    .map(([from, to]) => (from === to ? word(from) : `${word(from)}${t('day.to')}${word(to)}`))
    .join(t('day.and'))
}

/** 周一至周五 09:00–17:30；周六 22:00–次日 06:00 */
export function hoursWord(hours: readonly Hours[]): string {
  if (!hours.length) return t('value.always')
  const time = (one: Hours): string => `${one.from}–${overnight(one) ? t('value.next_day') : ''}${one.to}`
  return alike(hours)
    .map(({ days, stretches }) => `${daysWord(days) || '?'} ${stretches.map(time).join(t('day.and'))}`)
    .join(t('hours.and'))
}

function skillsWord(skills: Record<string, number>, known: Known): string {
  const all = Object.entries(skills).sort((a, b) => a[1] - b[1])
  if (!all.length) return t('value.no_skills')
  return all.map(([queue, penalty]) => `${queueWord(queue, known)} ${penalty}`).join(t('day.and'))
}

/** A value of a field as a person reads it. */
export function valueWord(field: string, value: unknown, known: Known): string {
  if (value === null || value === undefined) return t('value.absent')
  if (field === 'hours' && Array.isArray(value)) return hoursWord(value as Hours[])
  if (field === 'skills' && typeof value === 'object')
    return skillsWord(value as Record<string, number>, known)
  if (field === 'active') return t(value ? 'value.yes' : 'value.no')
  if (field === 'key' && value === '') return t('value.no_key')
  if (value === '') return t('value.empty')
  if (field === 'strategy') return strategyWord(String(value))
  if (field === 'role') return roleWord(String(value))
  if (field === 'queue' || field === 'closed_queue') return queueWord(String(value), known)
  if (field === 'greeting') return titled(known.choices.greetings.find((one) => one.name === value)) || String(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const KIND_OF = { queues: 'queue', numbers: 'number', seats: 'seat', operators: 'operator' } as const

/** A sentence of the check in the present language, with things by their names instead of `queues[1]`. */
export function plainly(said: Said, known: Known): string {
  return spoken(said).replace(/(queues|numbers|seats|operators)\[(\d+)\]/g, (whole, list: keyof Plan, index) => {
    const thing = known.plans[0]?.[list][Number(index)] as unknown as Thing | undefined
    const kind = KIND_OF[list]
    return (thing && thingWord(kind, nameOf(kind, thing), known)) || whole
  })
}

/** `queue.civil.ring_seconds` of a refused undo as words; a login may hold dots, a field holds none. */
export function touchedWord(pointer: string, known: Known): string {
  const [kind = '', ...rest] = pointer.split('.')
  const last = rest.at(-1) ?? ''
  const field = rest.length > 1 && said(`field.${last}`, '') ? last : ''
  const name = (field ? rest.slice(0, -1) : rest).join('.')
  const thing = `${kindWord(kind)} ${thingWord(kind, name, known)}`
  return field ? `${thing} · ${fieldWord(kind, field, known)}` : thing
}
