/** What the citizen wrote and the server does not have yet; it survives a reload of the page. */

import { Refused, send } from './api'
import type { Letter } from './shapes'

const UNSENT = 'hotline-chat-unsent'
const DRAFT = 'hotline-chat-draft'
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 15_000

function read(name: string): string {
  try {
    return window.sessionStorage.getItem(name) ?? ''
  } catch {
    return '' // storage is switched off: the page still works, a reload then forgets
  }
}

function write(name: string, text: string): void {
  try {
    if (text) window.sessionStorage.setItem(name, text)
    else window.sessionStorage.removeItem(name)
  } catch {
    // as above
  }
}

export const draft = {
  read: (): string => read(DRAFT),
  write: (text: string): void => write(DRAFT, text),
}

export function newId(): string {
  const raw = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(raw, (one) => one.toString(16).padStart(2, '0')).join('')
}

export interface Sender {
  began(letter: Letter): void
  sent(letter: Letter, conv: string): void
  unsent(letter: Letter): void
  refused(letter: Letter, fault: Refused): void
}

export class Outbox {
  private letters: Letter[]
  private busy = false
  private breaks = 0

  constructor(private readonly sender: Sender) {
    try {
      this.letters = JSON.parse(read(UNSENT) || '[]') as Letter[]
    } catch {
      this.letters = []
    }
    for (const one of this.letters) sender.began(one)
    window.addEventListener('online', () => void this.go())
  }

  add(letter: Letter): void {
    this.letters.push(letter)
    this.keep()
    this.sender.began(letter)
    void this.go()
  }

  /** The server has it, as was heard by the other way. */
  drop(cid: string): void {
    this.letters = this.letters.filter((one) => one.cid !== cid)
    this.keep()
  }

  /** One after the other, in the order of writing; the same id on every try. */
  async go(): Promise<void> {
    if (this.busy) return
    this.busy = true
    try {
      for (let letter = this.letters[0]; letter; letter = this.letters[0]) {
        const conv = await send(letter)
        this.breaks = 0
        this.drop(letter.cid)
        this.sender.sent(letter, conv)
      }
    } catch (fault) {
      this.failed(fault)
    } finally {
      this.busy = false
    }
  }

  private failed(fault: unknown): void {
    const letter = this.letters[0]
    if (!letter || !(fault instanceof Refused)) return
    if ([0, 408, 429, 502, 503, 504].includes(fault.status)) {
      if (fault.status === 429) this.sender.refused(letter, fault)
      else this.sender.unsent(letter)
      const pause = FIRST_PAUSE_MS * 2 ** Math.min(this.breaks++, 4)
      const wait = Math.min(LONGEST_PAUSE_MS, Math.max(pause, fault.retrySeconds * 1000))
      window.setTimeout(() => void this.go(), wait)
      return
    }
    if (fault.status !== 401) this.drop(letter.cid)
    this.sender.refused(letter, fault)
    if (fault.status !== 401) void Promise.resolve().then(() => this.go())
  }

  private keep(): void {
    write(UNSENT, this.letters.length ? JSON.stringify(this.letters) : '')
  }
}
