/**
 * Keeps one WebSocket to the gateway alive and hands out the state.
 *
 * The world (socket, timers, chance) is given, so that the law of reconnecting can be tested without
 * a browser. Audio does not depend on this connection.
 */

import { EMPTY, backoff, fold, isPassing, readFrame, type Live, type Passing } from './protocol'
import type { Notice } from '../api/types'

export interface SocketLike {
  heard(act: (data: unknown) => void): void
  closed(act: (code: number) => void): void
  send(text: string): void
  close(): void
}

export interface World {
  open(path: string): SocketLike
  /** Calls `act` after `ms`; the returned function forgets it. */
  later(ms: number, act: () => void): () => void
  random(): number
}

export interface Listener {
  state(live: Live): void
  notice(notice: Notice): void
  passing(said: Passing): void
  /** The server's clock, as often as it tells it. */
  clock(serverTime: string): void
  online(online: boolean): void
  loggedOut(): void
}

/** Nothing heard for this long means a dead link; the server pings every 5 s. */
export const SILENCE_MS = 15_000
const NOT_LOGGED_IN = 4001

export class PushClient {
  live: Live = EMPTY
  private socket: SocketLike | null = null
  private tries = 0
  private running = false
  private forgetRetry: () => void = () => undefined
  private forgetSilence: () => void = () => undefined

  constructor(
    private readonly world: World,
    private readonly listener: Listener,
  ) {}

  start(): void {
    if (this.running) return
    this.running = true
    this.tries = 0
    this.connect()
  }

  stop(): void {
    this.running = false
    this.live = EMPTY
    this.drop()
  }

  /** Try now instead of later: the machine came back online, or the tab came to the front. */
  hurry(): void {
    if (!this.running || this.socket) return
    this.tries = 0
    this.connect()
  }

  /** True when it went onto the wire. */
  send(message: object): boolean {
    if (!this.socket) return false
    try {
      this.socket.send(JSON.stringify(message))
      return true
    } catch {
      return false
    }
  }

  private drop(): void {
    this.forgetRetry()
    this.forgetSilence()
    const socket = this.socket
    this.socket = null
    if (!socket) return
    socket.close()
  }

  private connect(): void {
    this.drop()
    const { epoch, seq } = this.live
    const query = epoch ? `?epoch=${encodeURIComponent(epoch)}&last=${seq}` : ''
    const socket = this.world.open(`/api/v1/live${query}`)
    this.socket = socket
    socket.heard((data) => {
      if (this.socket === socket) this.hear(data)
    })
    socket.closed((code) => {
      if (this.socket === socket) this.closed(code)
    })
    this.listen()
  }

  private listen(): void {
    this.forgetSilence()
    this.forgetSilence = this.world.later(SILENCE_MS, () => this.again())
  }

  private again(): void {
    this.drop()
    if (!this.running) return
    this.listener.online(false)
    const wait = backoff(this.tries, this.world.random)
    this.tries += 1
    this.forgetRetry = this.world.later(wait, () => this.connect())
  }

  private closed(code: number): void {
    if (code === NOT_LOGGED_IN) {
      this.stop()
      this.listener.loggedOut()
      return
    }
    this.again()
  }

  private hear(data: unknown): void {
    if (typeof data !== 'string') return
    this.listen()
    const frame = readFrame(data)
    if (!frame) return
    if (frame.type === 'ping') {
      this.listener.clock(frame.server_time)
      this.send({ t: 'pong' })
      return
    }
    if (isPassing(frame)) {
      this.listener.passing(frame)
      return
    }
    const step = fold(this.live, frame)
    if (step.resync) {
      this.live = { ...this.live, epoch: '', seq: 0 }
      this.again()
      return
    }
    if (frame.type === 'snapshot') this.listener.clock(frame.server_time)
    if (frame.type === 'snapshot' || frame.type === 'resumed') {
      this.tries = 0
      this.listener.online(true)
    }
    if (step.live !== this.live) {
      this.live = step.live
      this.listener.state(step.live)
    }
    if (step.notice) this.listener.notice(step.notice)
  }
}
