/** Everybody who can be called in, as one list that can be searched. Pure. */

import type { Directory, GuestRole } from '../api/guest-types'

export type ChoiceKind = Exclude<GuestRole, 'supervisor' | 'dispatcher'> | 'department' | 'queue'

export interface Choice {
  kind: ChoiceKind
  /** What is sent; never a number that somebody typed. */
  id: string
  title: string
  /** More words to find it by, and to tell two of one name apart. */
  more: string
  free: boolean
  /** Why nobody is there, when nobody is. */
  reason: string
}

type Language = 'zh' | 'en'

/** In the order in which they are offered: who is there comes before who is not. */
export function choicesOf(all: Directory, language: Language, mySeat: string): Choice[] {
  const title = (one: { title_zh: string; title_en: string }): string =>
    language === 'en' ? one.title_en || one.title_zh : one.title_zh
  const departments = new Map(all.departments.map((one) => [one.id, title(one)]))
  const found: Choice[] = [
    ...all.departments.map((one) => ({
      kind: 'department' as const, id: one.id, title: title(one), more: '', free: one.available > 0, reason: '',
    })),
    ...all.experts.map((one) => ({
      kind: 'expert' as const,
      id: one.id,
      title: one.title,
      more: [departments.get(one.department_id) ?? '', ...one.skills].filter(Boolean).join(' · '),
      free: one.available,
      reason: one.reason,
    })),
    ...all.seats.filter((one) => one.number !== mySeat).map((one) => ({
      kind: 'seat' as const,
      id: one.number,
      title: one.number,
      more: one.operator_name,
      free: one.state === 'ready',
      reason: one.state,
    })),
    ...all.lines.map((one) => ({
      kind: 'line' as const, id: one.id, title: title(one), more: '', free: one.healthy && one.open,
      reason: one.open ? (one.healthy ? '' : 'unhealthy') : 'closed',
    })),
    ...all.queues.map((one) => ({
      kind: 'queue' as const, id: one.name, title: title(one), more: String(one.waiting), free: true, reason: '',
    })),
  ]
  return found
}

/** What matches every word that was typed, who is there first. */
export function matching(choices: readonly Choice[], typed: string, kinds: ReadonlySet<ChoiceKind>): Choice[] {
  const words = typed.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const hit = choices.filter((one) => {
    const text = `${one.title} ${one.more} ${one.id}`.toLocaleLowerCase()
    return kinds.has(one.kind) && words.every((word) => text.includes(word))
  })
  return [...hit.filter((one) => one.free), ...hit.filter((one) => !one.free)]
}
