/** Short messages to the operator. Errors and warnings stay until dismissed, news goes after a while. */

import { reactive } from 'vue'
import { ApiProblem } from '../api/problem'
import type { Notice } from '../api/types'
import { locale, said, t } from '../i18n'

export interface Shown {
  id: number
  level: Notice['level']
  text: string
}

const STAY_MS = 6000
const MOST = 4
let last = 0

export const notices = reactive<Shown[]>([])

export function dismiss(id: number): void {
  const at = notices.findIndex((one) => one.id === id)
  if (at >= 0) notices.splice(at, 1)
}

export function tell(level: Notice['level'], text: string): void {
  const twin = notices.find((one) => one.text === text)
  if (twin) dismiss(twin.id)
  last += 1
  const id = last
  notices.push({ id, level, text })
  if (notices.length > MOST) notices.shift()
  if (level !== 'error' && level !== 'warning') window.setTimeout(() => dismiss(id), STAY_MS)
}

export const tellNotice = (notice: Notice): void =>
  tell(notice.level, locale.value === 'en' ? notice.en : notice.zh)

/** The sentence for a refusal: what the gateway says of each field, else our words for its code. */
export function sentence(problem: unknown): string {
  if (!(problem instanceof ApiProblem)) return t('error.other', { code: 'console' })
  const details = problem.items.map((one) => (locale.value === 'en' ? one.en : one.zh)).filter(Boolean)
  if (details.length) return details.join(' ')
  if (problem.code === 'throttled')
    return t('error.throttled', { seconds: problem.retryAfterSeconds || 30 })
  return said(`error.${problem.code}`, problem.title || t('error.other', { code: problem.code }))
}

export const tellProblem = (problem: unknown): void => tell('error', sentence(problem))
