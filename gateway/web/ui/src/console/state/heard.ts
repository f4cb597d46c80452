/** What was heard in the contacts that are looked at: read from the gateway; only what is half said is pushed. */

import { reactive } from 'vue'
import * as heardApi from '../api/heard'
import type { Party, Segment } from '../api/heard-types'
import { ApiProblem } from '../api/problem'
import { merged } from '../heard/segments'
import { sentence } from './notices'

/** So many contacts are kept; the one that was looked at longest ago is read again. */
const KEPT = 12
export interface HeardContact {
  segments: Segment[]
  /** The newest that was read, and the newest that there is. */
  lastSeq: number
  wanted: number
  /** How many sounds are still to be transcribed. */
  waiting: number
  confidential: boolean
  /** Read at least once. */
  known: boolean
  loading: boolean
  fault: string
  /** It could not be read for a reason that passes. */
  lost: boolean
  /** What is being said now, by party. */
  saying: Partial<Record<Party, string>>
}

const kept = reactive(new Map<string, HeardContact>())

export function heardOf(id: string): HeardContact {
  let found = kept.get(id)
  if (!found) {
    kept.set(id, {
      segments: [], lastSeq: 0, wanted: 0, waiting: 0, confidential: false, known: false, loading: false, fault: '', lost: false, saying: {},
    })
    found = kept.get(id) as HeardContact
    for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old)
  }
  return found
}

async function read(heard: HeardContact, id: string, after: number): Promise<boolean> {
  const page = await heardApi.transcript(id, after)
  heard.segments = merged(heard.segments, page.items)
  heard.waiting = page.waiting
  heard.confidential = page.confidential
  for (const one of page.items) {
    heard.lastSeq = Math.max(heard.lastSeq, one.seq)
    if (one.source === 'live') delete heard.saying[one.party]
  }
  heard.wanted = Math.max(heard.wanted, page.last_seq)
  return page.items.length > 0 && heard.lastSeq < heard.wanted
}

/** Read what is new; `upTo` is the newest that there is said to be. */
export async function hear(id: string, upTo = 0): Promise<void> {
  const heard = heardOf(id)
  heard.wanted = Math.max(heard.wanted, upTo)
  if (heard.loading) return
  heard.loading = true
  try {
    // What came while a page was read is read after it.
    while (await read(heard, id, heard.lastSeq));
    heard.known = true
    heard.fault = ''
    heard.lost = false
  } catch (problem) {
    heard.lost = problem instanceof ApiProblem && (problem.status === 0 || problem.status >= 500)
    heard.fault = sentence(problem)
  } finally {
    heard.loading = false
  }
}

/** Read one again that has changed. */
export async function hearAgain(id: string, segment: Segment): Promise<void> {
  await read(heardOf(id), id, segment.seq - 1)
}

/** What is half said now, in a contact that somebody looks at. */
export function noteSaying(id: string, party: Party, text: string): void {
  const heard = kept.get(id)
  if (!heard) return
  if (text) heard.saying[party] = text
  else delete heard.saying[party]
}

/** Whoever logs in next has read nothing. */
export function forgetHeard(): void {
  kept.clear()
}
