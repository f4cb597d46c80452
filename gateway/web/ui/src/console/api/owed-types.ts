/** What we owe people: calls back, and answers that were promised. */

export type CallbackReason =
  | 'kept_place' | 'cut' | 'overflow' | 'abandoned' | 'missed' | 'voicemail' | 'promise'

/** Somebody to be called back. */
export interface Callback {
  id: string
  contact_id: string
  number_masked: string
  reason: CallbackReason
  since: string
  state: 'open' | 'done' | 'failed'
  queue: string
  tag: string
  origin_tag: string
  emergency: boolean
  /** Calls that did not reach them. */
  tries: number
  next_try_at: string | null
  /** From when on they may be called, past or to come; null: never. */
  allowed_at: string | null
  /** In their queue, from 1; 0: they keep no place. */
  place: number
  /** We are calling them now. */
  calling: boolean
}

export interface CallbackOffer extends Callback {
  until: string
}

export interface PromiseCounts {
  open: number
  soon: number
  overdue: number
}

export interface OwedAnswer {
  id: string
  contact_id: string
  kind: 'expert_callback' | 'focus'
  due: '' | 'soon' | 'overdue'
  department_zh: string
  department_en: string
  owner_name: string
  callback_id: string
  made_at: string
  due_at: string
}
