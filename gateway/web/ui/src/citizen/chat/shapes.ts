/** What the server says; see ChatEvents and its kin in the OpenAPI document. */

export interface ChatFile {
  id: string
  kind: 'image' | 'voice' | 'video' | 'file'
  name: string
  size_bytes: number
  state: 'pending' | 'stored' | 'ready' | 'refused' | 'failed'
  type: string
  url: string | null
}

export interface Message {
  seq: number
  cid: string
  who: 'citizen' | 'operator' | 'system'
  operator_name: string
  kind: string
  text: string
  at: string
  files: ChatFile[]
}

export interface Status {
  contact_id: string
  state: 'none' | 'waiting' | 'open' | 'closed'
  position: number | null
  expected_wait_seconds: number | null
  operator_name: string
  last_seq: number
}

export type Envelope =
  | { type: 'message'; conv: string; seq: number; cid: string; ts: string; body: Message }
  | { type: 'status'; conv: string; body: Status }
  | { type: 'ping'; conv: string; body: null }

export interface Events {
  events: Envelope[]
  status: Status
  last_seq: number
}

/** A message on its way out; it is kept until the server has it. */
export interface Letter {
  cid: string
  text: string
  files: string[]
  file_names: string[]
  file_types: string[]
}
