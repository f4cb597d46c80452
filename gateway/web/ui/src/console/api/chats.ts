/** Every request about conversations, by name. */

import type * as api from './chat-types'
import { ask, send } from './http'

const id = encodeURIComponent
/** A file of 10 MB on a slow line. */
const UPLOAD_LIMIT_MS = 120_000

export const line = () => ask<{ items: api.LineItem[] }>('GET', 'line')
export const take = (itemId: string) => ask<unknown>('POST', `line/${id(itemId)}/take`, {})

export const chat = (chatId: string) => ask<api.ChatView>('GET', `chats/${id(chatId)}`)
export type ChatCommand = 'accept' | 'decline' | 'release'
export const chatCommand = (chatId: string, command: ChatCommand) =>
  ask<unknown>('POST', `chats/${id(chatId)}/${command}`, {})
export const shown = (chatId: string, seq: number) =>
  ask<unknown>('POST', `chats/${id(chatId)}/shown`, { seq })
export const messages = (chatId: string, after: number, limit: number) =>
  ask<api.MessagePage>('GET', `chats/${id(chatId)}/messages?after=${after}&limit=${limit}`)
export const say = (chatId: string, what: api.Saying) =>
  ask<api.MessageView>('POST', `chats/${id(chatId)}/messages`, what)
export const upload = (chatId: string, file: File) =>
  send<api.AttachmentView>(
    `chats/${id(chatId)}/files`,
    file,
    { 'X-File-Name': id(file.name), 'Content-Type': file.type || 'application/octet-stream' },
    UPLOAD_LIMIT_MS,
  )

export type TransferTo = { queue: string } | { operator_id: string }
export const transfer = (chatId: string, to: TransferTo, note: string) =>
  ask<unknown>('POST', `chats/${id(chatId)}/transfer`, { ...to, note })
export const close = (chatId: string, code: string, note: string) =>
  ask<unknown>('POST', `chats/${id(chatId)}/close`, { code, note })

export const canned = () => ask<{ items: api.Canned[] }>('GET', 'canned')
export const colleagues = () => ask<{ items: api.Colleague[] }>('GET', 'colleagues')

export const citizen = (chatId: string) => ask<api.CitizenView>('GET', `chats/${id(chatId)}/citizen`)
export const proposeLink = (chatId: string, otherContactId: string, note: string) =>
  ask<api.LinkView>('POST', 'links', { chat_id: chatId, other_contact_id: otherContactId, note })
export const decideLink = (linkId: string, what: 'confirm' | 'revoke', note: string) =>
  ask<api.LinkView>('POST', `links/${id(linkId)}/${what}`, { note })

export const fileAddress = (attachmentId: string, which: 'view' | 'original'): string =>
  `/api/v1/attachments/${id(attachmentId)}/${which}`
