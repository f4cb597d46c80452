import { beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../src/console/api/types'
import { PushClient, SILENCE_MS, type SocketLike } from '../src/console/push/client'
import type { Live, Passing } from '../src/console/push/protocol'

class Peer implements SocketLike {
  sent: string[] = []
  shut = false
  private onHeard: (data: unknown) => void = () => undefined
  private onClosed: (code: number) => void = () => undefined
  constructor(readonly path: string) {}
  heard(act: (data: unknown) => void): void {
    this.onHeard = act
  }
  closed(act: (code: number) => void): void {
    this.onClosed = act
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.shut = true
  }
  say(frame: object): void {
    this.onHeard(JSON.stringify(frame))
  }
  hangUp(code: number): void {
    this.onClosed(code)
  }
}

/** A clock that the test turns. */
class Turned {
  now = 0
  private waiting: { at: number; act: () => void }[] = []
  later = (ms: number, act: () => void): (() => void) => {
    const one = { at: this.now + ms, act }
    this.waiting.push(one)
    return () => {
      this.waiting = this.waiting.filter((other) => other !== one)
    }
  }
  turn(ms: number): void {
    this.now += ms
    const due = this.waiting.filter((one) => one.at <= this.now)
    this.waiting = this.waiting.filter((one) => one.at > this.now)
    for (const one of due) one.act()
  }
}

let peers: Peer[]
let clock: Turned
let states: Live[]
let online: boolean[]
let passed: Passing[]
let ended: number
let client: PushClient
const peer = (): Peer => peers[peers.length - 1] as Peer
const snapshot = (seq: number, epoch = 'e1') => ({
  type: 'snapshot',
  epoch,
  seq,
  server_time: '2026-01-01T00:00:00Z',
  data: { me: null, seat: null, call: null, queues: [], link: 'up' },
})
const link = (seq: number, data: string) => ({ seq, type: 'link', ts: '', data })

beforeEach(() => {
  peers = []
  states = []
  online = []
  passed = []
  ended = 0
  clock = new Turned()
  client = new PushClient(
    {
      open: (path) => {
        const one = new Peer(path)
        peers.push(one)
        return one
      },
      later: clock.later,
      random: () => 0,
    },
    {
      state: (live) => states.push(live),
      notice: (_: Notice) => undefined,
      passing: (said) => passed.push(said),
      clock: () => undefined,
      online: (now) => online.push(now),
      loggedOut: () => (ended += 1),
    },
  )
  client.start()
})

describe('the push connection', () => {
  it('begins without an epoch and resumes from the last event after a cut', () => {
    expect(peer().path).toBe('/api/v1/live')
    peer().say(snapshot(7))
    peer().say(link(8, 'down'))
    peer().hangUp(1006)
    expect(online).toEqual([true, false])
    clock.turn(100)
    expect(peer().path).toBe('/api/v1/live?epoch=e1&last=8')
    peer().say({ type: 'resumed', epoch: 'e1', seq: 9 })
    peer().say(link(9, 'up'))
    expect(states.at(-1)?.link).toBe('up')
    expect(states.at(-1)?.seq).toBe(9)
  })

  it('asks for a snapshot after a gap, and keeps showing the old state meanwhile', () => {
    peer().say(snapshot(7))
    peer().say(link(9, 'down'))
    expect(peers[0]?.shut).toBe(true)
    expect(states).toHaveLength(1)
    clock.turn(100)
    expect(peer().path).toBe('/api/v1/live')
    peer().say(snapshot(9))
    expect(states.at(-1)?.seq).toBe(9)
  })

  it('waits longer after each failure and starts small again after a success', () => {
    peer().hangUp(1006)
    clock.turn(99)
    expect(peers).toHaveLength(1)
    clock.turn(1)
    expect(peers).toHaveLength(2)
    peer().hangUp(1006)
    clock.turn(199)
    expect(peers).toHaveLength(2)
    clock.turn(1)
    peer().say(snapshot(1))
    peer().hangUp(4008)
    clock.turn(100)
    expect(peers).toHaveLength(4)
  })

  it('tries at once when told to hurry, but never opens a second socket beside a living one', () => {
    peer().say(snapshot(1))
    client.hurry()
    expect(peers).toHaveLength(1)
    peer().hangUp(1006)
    client.hurry()
    expect(peers).toHaveLength(2)
    clock.turn(10_000)
    expect(peers).toHaveLength(2)
  })

  it('gives up when the login has ended', () => {
    peer().say(snapshot(1))
    peer().hangUp(4001)
    clock.turn(60_000)
    expect(ended).toBe(1)
    expect(peers).toHaveLength(1)
  })

  it('takes silence for a cut, and a ping for life', () => {
    peer().say(snapshot(1))
    clock.turn(SILENCE_MS - 1)
    peer().say({ type: 'ping', server_time: '2026-01-01T00:00:15Z' })
    expect(peer().sent).toEqual(['{"t":"pong"}'])
    clock.turn(SILENCE_MS - 1)
    expect(peers).toHaveLength(1)
    clock.turn(1)
    expect(peers[0]?.shut).toBe(true)
    clock.turn(100)
    expect(peers).toHaveLength(2)
  })

  it('hands on what is said of this moment without counting it', () => {
    peer().say(snapshot(1))
    const half = { contact_id: 'c-1', party: 'citizen', text: '路灯' }
    peer().say({ type: 'partial', data: half })
    peer().say(link(2, 'down'))
    expect(passed).toEqual([{ type: 'partial', data: half }])
    expect(states.at(-1)?.seq).toBe(2)
    expect(peers[0]?.shut).toBe(false)
  })

  it('does not listen to a socket it has left', () => {
    peer().say(snapshot(1))
    const old = peer()
    old.hangUp(1006)
    clock.turn(100)
    old.say(link(2, 'down'))
    old.hangUp(1006)
    expect(states).toHaveLength(1)
    expect(peers).toHaveLength(2)
  })
})
