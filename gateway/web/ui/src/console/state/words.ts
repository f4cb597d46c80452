/** Words for codes that come from the server. */

import type { ChatView } from '../api/chat-types'
import type { Choice, Flag, Seat } from '../api/types'
import { locale, said, t, titled } from '../i18n'
import { cut, seat, call } from './live'
import { options } from './session'

/** Every way by which somebody comes: what lists are narrowed to. */
export const CHANNELS = [
  'phone', 'web_call', 'wechat', 'wechat_mini', 'wecom', 'web', 'app', 'sms', 'mail', 'weibo', 'telegram',
] as const

/** How the bar shows a seat: the seat's state, plus holding and being cut off. */
export type Shade =
  | 'ready' | 'offered' | 'talking' | 'held' | 'reconnecting' | 'consulting' | 'conference' | 'wrapping_up'
  | 'not_ready'
  | 'signed_out' | 'offline'

export function shade(): Shade {
  if (cut.value) return 'offline'
  if (!seat.value) return 'signed_out'
  return seatShade(seat.value.state, call.value?.state ?? '')
}

const IN_CALL = ['held', 'reconnecting', 'consulting', 'conference'] as const
type InCall = (typeof IN_CALL)[number]

/** How a seat is shown whose call is in this state. */
export function seatShade(seat: Exclude<Shade, InCall | 'offline'>, call: string): Shade {
  return seat === 'talking' ? (IN_CALL.find((one) => one === call) ?? seat) : seat
}

const find = (choices: Choice[] | undefined, code: string): string =>
  titled(choices?.find((one) => one.code === code))

export const breakTitle = (code: string): string =>
  find(options.value?.break_reasons, code) || said(`reason.${code}`, '')

export const dispositionTitle = (code: string): string =>
  find(options.value?.dispositions, code) || code

export const flagTitle = (kind: string): string => said(`flag.${kind}`, kind)

/** A language by the name of its queue; every other note as it was written. */
export function flagNote(flag: Flag): string {
  const own = flag.kind === 'language' && options.value?.queues.find((one) => one.language === flag.note)
  return own ? titled(own) : flag.note
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

/** 微信, 电话, 留言…; a channel that we have no word for is shown as it is called. */
export function channelWord(channel: string, form = false): string {
  const name = said(`channel.${channel}`, channel)
  return form ? t('chat.form_by', { channel: name }) : name
}

/** How a citizen is called: their own name for themselves, else what we may show of their id. */
export const citizenName = (chat: Pick<ChatView, 'name' | 'label_masked'>): string =>
  chat.name || chat.label_masked || t('chat.nameless')

/** The title of a queue as it came with the thing that stands in it. */
export const queueOf = (one: { queue: string; queue_title_zh: string; queue_title_en: string }): string =>
  (locale.value === 'en' ? one.queue_title_en : one.queue_title_zh) || queueTitle(one.queue)
