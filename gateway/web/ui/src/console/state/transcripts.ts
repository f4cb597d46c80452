/** What was said in the conversations that are looked at: read from the gateway, never pushed. */

import { reactive } from 'vue'
import * as chatApi from '../api/chats'
import type { MessageView } from '../api/chat-types'
import { firstAfter, merged, pageBefore } from '../chat/said'
import { sentence } from './notices'

const PAGE = 50
/** So many conversations are kept; the one that was looked at longest ago is read again. */
const KEPT = 12

export interface Transcript {
  messages: MessageView[]
  /** The newest that the gateway has. */
  lastSeq: number
  /** The state of the conversation (its `changed`) that these messages are of; -1: none yet. */
  of: number
  fault: string
  loading: boolean
}

const transcripts = reactive(new Map<string, Transcript>())

export function transcriptOf(id: string): Transcript {
  let found = transcripts.get(id)
  if (!found) {
    transcripts.set(id, { messages: [], lastSeq: 0, of: -1, fault: '', loading: false })
    found = transcripts.get(id) as Transcript
    for (const old of [...transcripts.keys()].slice(0, -KEPT)) transcripts.delete(old)
  }
  return found
}

async function read(transcript: Transcript, id: string, after: number, limit: number): Promise<void> {
  const page = await chatApi.messages(id, after, limit)
  transcript.messages = merged(transcript.messages, page.items)
  transcript.lastSeq = Math.max(transcript.lastSeq, page.last_seq)
}

/** Read what is new or has changed; `lastSeq` and `changed` are those of the pushed conversation. */
export async function follow(id: string, lastSeq: number, changed: number): Promise<void> {
  const transcript = transcriptOf(id)
  if (transcript.loading || transcript.of === changed) return
  transcript.loading = true
  try {
    // Receipts and files of what is on the screen change too: the newest page is read again.
    const newest = transcript.messages.at(-1)?.seq ?? 0
    const after = firstAfter(Math.max(lastSeq, newest), PAGE)
    const from = newest ? Math.min(after, newest) : after
    for (let at = from; ; at += PAGE) {
      await read(transcript, id, at, PAGE)
      if (at + PAGE >= transcript.lastSeq) break
    }
    transcript.of = changed
    transcript.fault = ''
  } catch (problem) {
    transcript.fault = sentence(problem)
  } finally {
    transcript.loading = false
  }
}

export async function earlier(id: string): Promise<void> {
  const transcript = transcriptOf(id)
  const first = transcript.messages[0]?.seq ?? 1
  if (transcript.loading || first <= 1) return
  transcript.loading = true
  try {
    const { after, limit } = pageBefore(first, PAGE)
    await read(transcript, id, after, limit)
    transcript.fault = ''
  } catch (problem) {
    transcript.fault = sentence(problem)
  } finally {
    transcript.loading = false
  }
}

/** What the gateway has just answered to a reply; the push of it follows. */
export function noteSaid(id: string, said: MessageView): void {
  const transcript = transcriptOf(id)
  transcript.messages = merged(transcript.messages, [said])
}

/** Whoever logs in next has read nothing. */
export function forgetTranscripts(): void {
  transcripts.clear()
}
