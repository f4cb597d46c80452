/** What the gateway sends for the wallboard, word for word. Times are RFC 3339 UTC. */

import { titled } from '../console/i18n/locale'
import { said } from './i18n'

export const SEAT_STATES = ['ready', 'offered', 'talking', 'wrapping_up', 'not_ready', 'signed_out'] as const
export type SeatState = (typeof SEAT_STATES)[number]

export interface Day {
  arrived: number
  answered: number
  abandoned: number
  lost: number
  open: number
  answered_in_15s: number
  answered_in_15s_rate: number | null
  connect_rate: number | null
  average_wait_seconds: number | null
  failed_open: number
  overflowed: number
}

export interface BoardQueue {
  name: string
  title_zh: string
  title_en: string
  waiting: number
  longest_wait_since: string | null
  ready: number
  talking: number
  answered_in_15s_rate: number | null
  connect_rate: number | null
}

export interface Hour {
  from: string
  arrived: number
  answered: number
  abandoned: number
  answered_in_15s: number
}

export interface BoardChannel {
  channel: string
  waiting: number
  longest_wait_since: string | null
  overdue: number
  answered: number
  unanswered: number
  answered_in_180s: number
  answered_in_180s_rate: number | null
}

export interface BoardMessages extends Omit<BoardChannel, 'channel'> {
  channels: BoardChannel[]
}

export interface Board {
  at: string
  link: 'up' | 'down'
  waiting: number
  longest_wait_since: string | null
  seats: Record<SeatState, number>
  last_24h: Day
  queues: BoardQueue[]
  hours: Hour[]
  messages: BoardMessages
  alarms: { code: string; zh: string; en: string }[]
}

export const queueTitle = (queue: BoardQueue): string => titled(queue) || queue.name

/** 微信, 网页…; a channel that we have no word for is shown as it is called. */
export const channelTitle = (channel: string): string => said(`channel.${channel}`, channel)
