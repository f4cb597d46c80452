/** The conversations at a seat: their order, who waits how long, which one is in front. Pure. */

import type { ChatView } from '../api/chat-types'

/** A message is answered within 3 minutes. */
export const TARGET_SECONDS = 180
/** From this share of the target on it must be seen that it runs out. */
const SOON = 2 / 3

/**
 * Offers first, the one that lapses first on top; then emergencies; then as they were taken. A row
 * never moves because somebody wrote: the hand finds it where it was.
 */
export function inOrder(chats: readonly ChatView[]): ChatView[] {
  const calm = (one: ChatView): number => Number(!one.emergency)
  const began = (one: ChatView): string => one.accepted_at ?? one.opened_at
  return [...chats].sort((a, b) => {
    const offer = Number(b.state === 'offered') - Number(a.state === 'offered')
    if (offer || calm(a) !== calm(b)) return offer || calm(a) - calm(b)
    if (a.state === 'offered') return (a.offer_until ?? '').localeCompare(b.offer_until ?? '')
    return began(a).localeCompare(began(b)) || a.contact_id.localeCompare(b.contact_id)
  })
}

/** How many messages my screen has not shown yet. */
export const unread = (chat: ChatView): number => Math.max(0, chat.last_seq - chat.read_seq)

export type WaitLevel = 'none' | 'calm' | 'soon' | 'late'

export interface Wait {
  seconds: number
  level: WaitLevel
}

/** How long the citizen has waited for a word, and how near the target that is. */
export function waitOf(since: string | null, dueAt: string | null, nowMs: number): Wait {
  if (!since) return { seconds: 0, level: 'none' }
  const from = Date.parse(since)
  const told = dueAt ? Date.parse(dueAt) : NaN
  // A target that lies before the waiting is that of an earlier question.
  const due = told > from ? told : from + TARGET_SECONDS * 1000
  const seconds = Math.max(0, (nowMs - from) / 1000)
  if (nowMs >= due) return { seconds, level: 'late' }
  return { seconds, level: nowMs - from >= (due - from) * SOON ? 'soon' : 'calm' }
}

/** What wants me: offers, and conversations with words that I have not seen. */
export interface Wanting {
  offers: number
  unread: number
}

export function wanting(chats: readonly ChatView[]): Wanting {
  return {
    offers: chats.filter((one) => one.state === 'offered').length,
    unread: chats.filter((one) => one.state === 'open' && unread(one) > 0).length,
  }
}

/** What stands in the middle of the desk: the call, or one conversation by id; empty: neither. */
export const CALL = 'call'

export interface Desk {
  call: boolean
  /** In the order of the roster. */
  chats: readonly string[]
}

/** Who is in front once the desk has become `now`: what was there, as long as it is there. */
export function frontOf(front: string, now: Desk): string {
  const there = front === CALL ? now.call : now.chats.includes(front)
  if (front && there) return front
  return now.call ? CALL : (now.chats[0] ?? '')
}

/** The next (or, with -1, the previous) thing at the desk, around the end; the call is its first. */
export function neighbour(front: string, now: Desk, step: 1 | -1): string {
  const all = [...(now.call ? [CALL] : []), ...now.chats]
  const at = all.indexOf(front)
  if (at < 0) return all[0] ?? ''
  return all[(at + step + all.length) % all.length] ?? ''
}
