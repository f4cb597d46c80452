/**
 * Replies that are being written, by conversation: kept in this tab, so that a reload and a change of
 * conversation lose nothing; gone when they are sent, when the tab closes, and at log-out.
 */

import { reactive } from 'vue'
import * as chatApi from '../api/chats'
import type { ChatView, MessageView } from '../api/chat-types'
import { isEmpty, isSame, keyed, NO_REPLY, saying, type Reply } from '../chat/reply'
import { sentence } from './notices'

const KEY = 'hotline.replies'

function kept(): Record<string, Reply> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, Reply>) : {}
  } catch {
    return {}
  }
}

export const replies = reactive<Record<string, Reply>>(kept())
/** Why the last try did not go out, by conversation; gone with the next word. */
export const faults = reactive<Record<string, string>>({})
export const sending = reactive(new Set<string>())

function keep(): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(replies))
  } catch {
    // the tab's room is full: it stays in memory
  }
}

export const replyOf = (id: string): Reply => replies[id] ?? NO_REPLY

export function putReply(id: string, reply: Reply): void {
  if (isEmpty(reply) && !reply.note) delete replies[id]
  else replies[id] = { ...reply, files: [...reply.files] }
  delete faults[id]
  keep()
}

export function dropAllReplies(): void {
  for (const id of Object.keys(replies)) delete replies[id]
  keep()
}

/** Send what is written; null when it did not go out, and `faults` says why. */
export async function sendReply(chat: ChatView): Promise<MessageView | null> {
  const id = chat.contact_id
  const now = replies[id]
  if (!now || isEmpty(now) || sending.has(id)) return null
  const sent = keyed(now, () => crypto.randomUUID())
  putReply(id, sent)
  sending.add(id)
  try {
    const said = await chatApi.say(id, saying(sent))
    // Words typed while it was on its way are another message.
    if (isSame(replies[id], sent)) putReply(id, { ...NO_REPLY, note: sent.note })
    return said
  } catch (problem) {
    faults[id] = sentence(problem)
    return null
  } finally {
    sending.delete(id)
  }
}
