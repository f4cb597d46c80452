/** Short messages to who called, by the contact. */

import type { Billed, MessageView } from './chat-types'
import { ask } from './http'

export interface TextAnswer {
  contact_id: string
  at: string
  state: 'waiting' | 'offered' | 'open' | 'closed'
  operator_name: string
  /** Whether we may open it. */
  shown: boolean
  text: string
}

export interface CallTexts {
  /** Why no more can be sent now. */
  problem: { code: string; zh: string; en: string } | null
  text_most: number
  billed: Billed | null
  items: MessageView[]
  answers: TextAnswer[]
}

const path = (contactId: string): string => `contacts/${encodeURIComponent(contactId)}/sms`

export const texts = (contactId: string) => ask<CallTexts>('GET', path(contactId))
export const sendText = (contactId: string, clientKey: string, text: string) =>
  ask<MessageView>('POST', path(contactId), { client_key: clientKey, text })
