/**
 * Hears what is new: by WebSocket, and where that does not get through, by long polls. Either way
 * the same envelopes come, each message once and in order, from where the page was.
 */

import { API, events, Refused } from './api'
import type { Envelope } from './shapes'

export interface Listener {
  heard(envelope: Envelope): void
  link(up: boolean): void
  over(): void
}

const OPEN_MS = 6_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000
const POLLS_BEFORE_SOCKET = 4
const FAILS_BEFORE_POLL = 2
const NOT_LOGGED_IN = 4001

export class Line {
  private running = false
  private socket: WebSocket | null = null
  private stop = new AbortController()
  private fails = 0
  private wake: () => void = () => undefined
  private hurry = false
  after = 0
  conv = ''

  constructor(private readonly listener: Listener) {
    window.addEventListener('online', () => this.wake())
    window.addEventListener('offline', () => this.socket?.close())
  }

  start(): void {
    if (this.running) return
    this.running = true
    void this.run()
  }

  /** What was sent is in this conversation: begin anew when another one is listened to. */
  follow(conv: string): void {
    if (!conv || conv === this.conv) return
    this.hurry = true
    this.stop.abort()
    this.stop = new AbortController()
    this.socket?.close()
    this.wake()
  }

  seen(seq: number): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false
    this.socket.send(JSON.stringify({ type: 'seen', seq }))
    return true
  }

  private async run(): Promise<void> {
    while (this.running) {
      const heard = this.fails >= FAILS_BEFORE_POLL ? await this.poll() : await this.listen()
      if (heard || this.hurried()) continue
      this.listener.link(false)
      await this.pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.fails, 5)))
    }
  }

  /** One socket until it ends; whether it ever opened. */
  private listen(): Promise<boolean> {
    return new Promise((done) => {
      const where = new URL(`${API}/live?after=${this.after}&conv=${this.conv}`, location.href)
      where.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
      const socket = new WebSocket(where.href)
      let opened = false
      const timer = window.setTimeout(() => socket.close(), OPEN_MS)
      this.socket = socket
      socket.onopen = () => {
        window.clearTimeout(timer)
        opened = true
        this.fails = 0
        this.listener.link(true)
      }
      socket.onmessage = (event) => this.take(JSON.parse(String(event.data)) as Envelope)
      socket.onclose = (event) => {
        window.clearTimeout(timer)
        this.socket = null
        if (!opened) this.fails++
        if (event.code === NOT_LOGGED_IN) this.end()
        if (opened && !this.hurry) this.listener.link(false)
        done(false)
      }
    })
  }

  /** Some polls, then the socket is tried again; false when there was no answer. */
  private async poll(): Promise<boolean> {
    for (let count = 0; count < POLLS_BEFORE_SOCKET; count++) {
      try {
        const found = await events(this.after, this.conv, this.stop.signal)
        this.listener.link(true)
        for (const one of found.events) this.take(one)
        const conv = found.status.contact_id
        this.take({ type: 'status', conv, body: found.status })
      } catch (fault) {
        if (fault instanceof Refused && fault.status === 401) this.end()
        if (!this.hurry) this.fails++
        return false
      }
    }
    this.fails = FAILS_BEFORE_POLL - 1
    return true
  }

  private take(envelope: Envelope): void {
    if (envelope.conv !== this.conv) {
      this.conv = envelope.conv
      this.after = 0
    }
    if (envelope.type === 'message') {
      if (envelope.seq <= this.after) return
      this.after = envelope.seq
    }
    this.listener.heard(envelope)
  }

  private hurried(): boolean {
    const hurry = this.hurry
    this.hurry = false
    return hurry
  }

  private end(): void {
    this.running = false
    this.listener.over()
  }

  private pause(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = window.setTimeout(done, ms)
      this.wake = () => {
        window.clearTimeout(timer)
        done()
      }
    })
  }
}
