/** By which way the next word will reach the citizen. Pure. */

import type { ChatView } from '../api/chat-types'

export type Way =
  /** Their page reads it, or the channel has no limit that we know of. */
  | { kind: 'free' }
  /** Any number until then. */
  | { kind: 'window'; until: string }
  /** So many until then. */
  | { kind: 'counted'; left: number; until: string }
  /** The right to reply is spent: it goes out as a notification, or as an SMS. */
  | { kind: 'notice' }
  | { kind: 'sms' }
  /** Nothing can be sent until the citizen writes again. */
  | { kind: 'closed' }

export function wayOut(chat: Pick<ChatView, 'caps' | 'grant'>, nowMs: number): Way {
  const { caps, grant } = chat
  if (caps.pull) return { kind: 'free' }
  if (grant && Date.parse(grant.expires_at) > nowMs) {
    if (grant.left === null) return { kind: 'window', until: grant.expires_at }
    if (grant.left > 0) return { kind: 'counted', left: grant.left, until: grant.expires_at }
  }
  if (caps.free) return { kind: 'free' }
  if (caps.notice) return { kind: 'notice' }
  return { kind: caps.sms ? 'sms' : 'closed' }
}

/** Characters as people count them: a character outside the basic plane is one. */
export const lengthOf = (text: string): number => [...text].length

export type Room = 'fine' | 'near' | 'over'

/** Whether the text fits; `most` 0 is no limit. */
export function roomFor(text: string, most: number): Room {
  if (most <= 0) return 'fine'
  const length = lengthOf(text)
  if (length > most) return 'over'
  return length > most * 0.9 ? 'near' : 'fine'
}
