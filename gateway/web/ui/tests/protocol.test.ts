import { describe, expect, it } from 'vitest'
import { EMPTY, backoff, fold, readFrame, type Frame, type Live } from '../src/console/push/protocol'

const seat = (state: string): never => ({ number: '8001', state }) as never
const event = (seq: number, type: string, data: unknown): Frame =>
  ({ seq, type, ts: '2026-01-01T00:00:00Z', data }) as Frame
const snapshot = (seq: number, data: Partial<Live> = {}): Frame =>
  ({
    type: 'snapshot',
    epoch: 'e1',
    seq,
    server_time: '2026-01-01T00:00:00Z',
    data: { me: null, seat: null, call: null, queues: [], link: 'up', ...data },
  }) as never
const after = (...frames: Frame[]): Live =>
  frames.reduce((live, frame) => fold(live, frame).live, EMPTY)

describe('folding pushed frames', () => {
  it('a snapshot and events make the same state as a fresh snapshot', () => {
    const stepped = after(
      snapshot(4),
      event(5, 'seat', seat('ready')),
      event(6, 'link', 'down'),
      event(7, 'seat', seat('offered')),
    )
    expect(stepped).toEqual(after(snapshot(7, { seat: seat('offered'), link: 'down' })))
  })

  it('keeps how far a call is transcribed, the alarms and how recognition is', () => {
    const words = { contact_id: 'c-1', last_seq: 3, live: { citizen: true, seat: true }, why: '', confidential: false }
    const hearing = { ...EMPTY.hearing, state: 'up' as const }
    const alarms = [{ id: 'a-1' }] as never
    const stepped = after(snapshot(1), event(2, 'words', words), event(3, 'alarms', alarms), event(4, 'hearing', hearing))
    expect(stepped).toEqual(after(snapshot(4, { words, alarms, hearing })))
    expect(after(snapshot(1)).hearing.state).toBe('off')
  })

  it('an event that was seen already changes nothing', () => {
    const live = after(snapshot(4), event(5, 'link', 'down'))
    const step = fold(live, event(5, 'link', 'up'))
    expect(step).toEqual({ live, resync: false, notice: null })
  })

  it('a gap asks for a new snapshot and shows nothing of what came after it', () => {
    const live = after(snapshot(4))
    const step = fold(live, event(6, 'link', 'down'))
    expect(step.resync).toBe(true)
    expect(step.live).toBe(live)
  })

  it('an event before any snapshot asks for one', () => {
    expect(fold(EMPTY, event(1, 'link', 'down')).resync).toBe(true)
  })

  it('resuming keeps our own count: the missed events still follow', () => {
    const live = after(snapshot(4))
    const step = fold(live, { type: 'resumed', epoch: 'e1', seq: 9 })
    expect(step.resync).toBe(false)
    expect(step.live.seq).toBe(4)
    expect(fold(live, { type: 'resumed', epoch: 'e2', seq: 9 }).resync).toBe(true)
  })

  it('an event of a kind we do not know still counts', () => {
    const frame = readFrame('{"seq":5,"type":"weather","ts":"","data":{}}')
    expect(frame).not.toBeNull()
    expect(fold(after(snapshot(4)), frame as Frame).live.seq).toBe(5)
  })

  it('a notice is handed on once and kept nowhere', () => {
    const notice = { level: 'info', code: 'x', zh: '好', en: 'ok' }
    const live = after(snapshot(4))
    const step = fold(live, event(5, 'notice', notice))
    expect(step.notice).toEqual(notice)
    expect(step.live).toEqual({ ...live, seq: 5 })
  })

  it('what is no JSON object is no frame', () => {
    for (const text of ['', 'null', '[]', '"x"', '{"type":5}', '{"type":"weather"}'])
      expect(readFrame(text)).toBeNull()
  })
})

describe('waiting before the next try', () => {
  it('doubles from 100 ms to 5 s and takes away at most half', () => {
    const most = [0, 1, 2, 3, 4, 5, 6, 60].map((tries) => backoff(tries, () => 0))
    expect(most).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
    expect(backoff(6, () => 1)).toBe(2500)
  })
})

describe('conversations in the push', () => {
  it('are state like the rest: an event replaces its part, a snapshot without them has none', () => {
    const chats = [{ contact_id: 'a' }]
    const line = { waiting: 3, emergencies: 1, oldest_since: null, overdue: 2 }
    const stepped = after(snapshot(4), event(5, 'chats', chats), event(6, 'line', line))
    expect(stepped).toEqual(after(snapshot(6, { chats, line } as never)))
    expect(after(snapshot(4)).chats).toEqual([])
    expect(after(snapshot(4)).line.waiting).toBe(0)
  })
})
