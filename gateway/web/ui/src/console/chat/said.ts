/** Messages as they are kept and shown. Pure: what a citizen wrote stays text. */

import type { MessageView, Place } from '../api/chat-types'

/** One list by `seq` out of what was there and what came; what came is newer. */
export function merged(have: readonly MessageView[], came: readonly MessageView[]): MessageView[] {
  const all = new Map(have.map((one) => [one.seq, one]))
  for (const one of came) all.set(one.seq, one)
  return [...all.values()].sort((a, b) => a.seq - b.seq)
}

/** After which `seq` to ask first: the newest `page` of a conversation that has `lastSeq`. */
export const firstAfter = (lastSeq: number, page: number): number => Math.max(0, lastSeq - page)

/** After which `seq` to ask for the page before `first`, and how many that are. */
export function pageBefore(first: number, page: number): { after: number; limit: number } {
  const after = Math.max(0, first - 1 - page)
  return { after, limit: Math.max(1, first - 1 - after) }
}

export interface Link {
  title: string
  about: string
  /** The address as it was sent. */
  address: string
  /** Whose server it leads to; empty: no address that a browser may be sent to. */
  host: string
}

/** A link as text: an address is never more than that, and says whose it is. */
export function linkOf(message: MessageView): Link {
  const { title = '', description = '', url = '' } = message.fields
  let host = ''
  try {
    const address = new URL(url)
    if (address.protocol === 'https:' || address.protocol === 'http:') host = address.host
  } catch {
    // not an address
  }
  return { title: title || message.text, about: description, address: url, host }
}

/** Degrees as they were given, with as many digits as mean something (0.1 m). */
export const degrees = (place: Place): string =>
  `${place.latitude.toFixed(6)}, ${place.longitude.toFixed(6)}`

/** 1.5 MB; 12 KB; 340 B. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

export const dayOf = (at: string): string => {
  const when = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`
}

/** What a chosen file is to a channel. */
export function kindOfFile(type: string): 'image' | 'voice' | 'video' | 'file' {
  if (type.startsWith('image/')) return 'image'
  if (type.startsWith('audio/')) return 'voice'
  return type.startsWith('video/') ? 'video' : 'file'
}
