/** How far a call's transcript is with the call, in one word. Pure. */

import type { Hearing, LiveWords } from '../api/heard-types'

export type Mode = 'off' | 'down' | 'deaf' | 'live' | 'full' | 'behind' | 'engine' | 'begin' | 'ended' | 'waiting'

/**
 * `words` is what is pushed of this call, null without. `waiting` counts sounds of it that are not
 * transcribed yet; it matters when the call is over.
 */
export function modeOf(hearing: Hearing, words: LiveWords | null, ended: boolean, waiting: number): Mode {
  if (hearing.state === 'off') return 'off'
  if (ended && waiting === 0) return 'ended'
  if (hearing.state === 'down') return 'down'
  if (!hearing.model) return 'deaf'
  if (ended) return 'waiting'
  if (words?.live.citizen || words?.live.seat) return 'live'
  if (words?.why === 'full' || words?.why === 'behind' || words?.why === 'engine') return words.why
  return 'begin'
}

/** Whether something is wrong, so that nobody waits for words that will not come. */
export const isPoor = (mode: Mode): boolean => ['down', 'deaf', 'full', 'behind', 'engine'].includes(mode)
