/** Words for codes that come from the server. */

import type { Choice, Seat } from '../api/types'
import { isWord, t, titled } from '../i18n'
import { cut, seat, call } from './live'
import { options } from './session'

/** How the bar shows a seat: the seat's state, plus holding and being cut off. */
export type Shade =
  | 'ready' | 'offered' | 'talking' | 'held' | 'reconnecting' | 'wrapping_up' | 'not_ready'
  | 'signed_out' | 'offline'

export function shade(): Shade {
  if (cut.value) return 'offline'
  if (!seat.value) return 'signed_out'
  return seatShade(seat.value.state, call.value?.state ?? '')
}

/** How a seat is shown whose call is in this state. */
export function seatShade(seat: Exclude<Shade, 'held' | 'reconnecting' | 'offline'>, call: string): Shade {
  return seat === 'talking' && (call === 'held' || call === 'reconnecting') ? call : seat
}

const find = (choices: Choice[] | undefined, code: string): string =>
  titled(choices?.find((one) => one.code === code))

export const breakTitle = (code: string): string =>
  find(options.value?.break_reasons, code) || reasonWord(code)

function reasonWord(code: string): string {
  const word = `reason.${code}`
  return isWord(word) ? t(word) : ''
}

export const dispositionTitle = (code: string): string =>
  find(options.value?.dispositions, code) || code

export function flagTitle(kind: string): string {
  const word = `flag.${kind}`
  return isWord(word) ? t(word) : kind
}

export function queueTitle(name: string): string {
  const known = options.value?.queues.find((one) => one.name === name)
  if (known) return titled(known)
  return name === 'fallback' ? t('queue.fallback') : name
}

/** 小休 with its reason, 示忙 without; every other state as it is called. */
export function stateWord(state: Shade, of: Pick<Seat, 'reason'> | null): string {
  const reason = state === 'not_ready' && of?.reason ? breakTitle(of.reason) : ''
  return reason || t(`state.${state}`)
}
