/** What the gateway sends about conversations by messages, word for word. Times are RFC 3339 UTC. */

import type { Contact, Disposition } from './types'

export type ChatState = 'waiting' | 'offered' | 'open' | 'closed'
export type ChatForm = 'chat' | 'form'
export type MessageKind =
  | 'text' | 'image' | 'voice' | 'video' | 'file' | 'location' | 'link' | 'event' | 'form' | 'unknown'

/** The right to reply: `left` null is any number. */
export interface Grant {
  left: number | null
  expires_at: string
}

/** What the channel carries. `pull`: the citizen's page reads from us, there is no window. */
export interface Caps {
  text_most: number
  sends: MessageKind[]
  notice: boolean
  pull: boolean
  live: boolean
  /** An answer needs no right to reply. */
  free: boolean
  /** Whether a message may leave by SMS when nothing else is left. */
  sms: boolean
  /** What each message costs here, or by SMS when it must leave so. */
  billed: Billed | null
}

/** What leaves with every text, and thousandths of a yuan for a part. */
export interface Billed {
  before: string
  behind: string
  mils: number
}

export type Limit = 'identity' | 'ip' | 'hook' | 'account' | 'messages' | 'number' | 'trunk' | 'calls'

export interface ChatView {
  contact_id: string
  channel: string
  account: string
  account_title_zh: string
  account_title_en: string
  tag: string
  origin_tag: string
  form: ChatForm
  state: ChatState
  queue: string
  queue_title_zh: string
  queue_title_en: string
  emergency: boolean
  /** The limit that the citizen's messages were over; empty: none. */
  throttled: '' | Limit
  name: string
  label_masked: string
  opened_at: string
  /** When the citizen's oldest unanswered word came; null: nothing is owed. */
  waiting_since: string | null
  due_at: string | null
  offered_at: string | null
  offer_until: string | null
  accepted_at: string | null
  first_reply_at: string | null
  last_seq: number
  read_seq: number
  /** Grows with every change of the chat, its messages, files and receipts. */
  changed: number
  last_in_at: string | null
  last_text: string
  seat: string
  operator_id: string
  operator_name: string | null
  grant: Grant | null
  caps: Caps
  outcome: string
  disposition: Disposition | null
}

export interface Place {
  latitude: number
  longitude: number
  datum: 'wgs84' | 'gcj02' | 'bd09' | 'unknown'
  accuracy_m: number
  address: string
  source: string
}

export type FileState = 'pending' | 'stored' | 'ready' | 'refused' | 'failed'

export interface AttachmentView {
  id: string
  kind: MessageKind
  name: string
  found_type: string
  size_bytes: number
  state: FileState
  reason: string
  seconds: number
  width: number
  height: number
  viewable: boolean
}

export type OutState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed' | 'expired'
export type OutRoute = 'reply' | 'notice' | 'sms' | 'none'

export interface Out {
  state: OutState
  route: OutRoute
  code: string
  changed_at: string
}

export interface MessageView {
  id: string
  seq: number
  direction: 'in' | 'out' | 'note'
  kind: MessageKind
  at: string
  text: string
  event: string
  fields: Record<string, string>
  place: Place | null
  operator_name: string | null
  reply_to: string
  attachments: AttachmentView[]
  out: Out | null
}

export interface MessagePage {
  items: MessageView[]
  last_seq: number
}

export type ItemKind = 'call' | 'chat' | 'form' | 'callback'

/** 受理件: one thing that wants an operator, ranked by the gateway. */
export interface LineItem {
  id: string
  kind: ItemKind
  channel: string
  account: string
  tag: string
  origin_tag: string
  queue: string
  queue_title_zh: string
  queue_title_en: string
  emergency: boolean
  throttled: '' | Limit
  since: string
  due_at: string
  state: string
  seat: string
  operator_name: string | null
  mine: boolean
  excerpt: string
}

/** The line in three figures, as it is pushed. */
export interface LineCounts {
  waiting: number
  emergencies: number
  oldest_since: string | null
  overdue: number
}

export interface Canned {
  key: string
  title_zh: string
  title_en: string
  text_zh: string
  text_en: string
}

export interface Colleague {
  operator_id: string
  name: string
  seat: string
  state: string
  chats: number
  queues: string[]
}

export interface IdentityView {
  id: string
  account: string
  channel: string
  scheme: string
  label_masked: string
  first_seen: string
}

export interface LinkView {
  id: string
  a: string
  b: string
  evidence: 'union' | 'phone' | 'operator'
  note: string
  state: 'proposed' | 'confirmed' | 'revoked'
  at: string
  by_name: string | null
  decided_at: string | null
  decided_by_name: string | null
}

export interface CitizenView {
  identities: IdentityView[]
  links: LinkView[]
  contacts: Contact[]
}

/** What is sent to say something. */
export interface Saying {
  client_key: string
  text: string
  note: boolean
  files: string[]
  reply_to: string
}
