/** A reply that is being written. Pure. */

import type { AttachmentView, Saying } from '../api/chat-types'

export interface Reply {
  text: string
  /** For colleagues only: no citizen sees it. */
  note: boolean
  files: AttachmentView[]
  /** The sender's own id of what was last tried, and what that was: a second try is the same one. */
  key: string
  tried: string
}

export const NO_REPLY: Reply = { text: '', note: false, files: [], key: '', tried: '' }

export const isEmpty = (reply: Reply): boolean => !reply.text.trim() && reply.files.length === 0

const content = (reply: Reply): string =>
  JSON.stringify([reply.text.trim(), reply.note, reply.files.map((one) => one.id)])

/**
 * The reply with the key under which it goes out now. The same words keep their key, so that what
 * arrived without our hearing of it is not said twice; other words are another message.
 */
export function keyed(reply: Reply, fresh: () => string): Reply {
  const now = content(reply)
  return reply.key && reply.tried === now ? reply : { ...reply, key: fresh(), tried: now }
}

export const saying = (reply: Reply): Saying => ({
  client_key: reply.key,
  text: reply.text.trim(),
  note: reply.note,
  files: reply.files.map((one) => one.id),
  reply_to: '',
})

/** Whether this is the reply that was sent, or a newer one that must stay. */
export const isSame = (reply: Reply | undefined, sent: Reply): boolean =>
  reply !== undefined && content(reply) === sent.tried
