import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { callFault, ticketFault } from '../src/citizen/causes'
import { readProblem } from '../src/console/api/problem'
import type { CallView, Contact, Fact } from '../src/console/api/types'
import { openFirst } from '../src/console/earlier'
import { actOf, type KeyPress } from '../src/console/keymap'
import { grouped, searchable } from '../src/console/number'
import { answersByItself } from '../src/console/phone/again'
import { obstacle, troubleOf } from '../src/console/phone/trouble'
import { bounds } from '../src/console/range'
import { countdown, duration, secondsBetween } from '../src/console/timers'

describe('times', () => {
  it('are written so that they can be read at a glance', () => {
    expect([0, 7.9, 65, 3600, 3729, -5].map(duration)).toEqual(
      ['0:00', '0:07', '1:05', '1:00:00', '1:02:09', '0:00'],
    )
  })

  it('count from the server clock, not from the computer', () => {
    const skewed = Date.parse('2026-01-01T00:01:30Z')
    expect(secondsBetween('2026-01-01T00:00:00Z', skewed)).toBe(90)
  })

  it('run down to nought and stay there', () => {
    const [from, until] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:20Z']
    const at = (ms: number) => countdown(from, until, Date.parse(from) + ms)
    expect(at(0)).toEqual({ left: 20, share: 1 })
    expect(at(15_001)).toEqual({ left: 5, share: 0.24995 })
    expect(at(99_000)).toEqual({ left: 0, share: 0 })
  })
})

describe('numbers', () => {
  it('are searched whole: digits and one leading plus', () => {
    expect(searchable(' 138-0013 8000 ')).toBe('13800138000')
    expect(searchable('+852 1234+5678')).toBe('+85212345678')
    expect(searchable('张三')).toBe('')
    expect(searchable(' r0193-a1b2-c3d4-e5f6 ')).toBe('R0193-A1B2-C3D4-E5F6')
  })

  it('are grouped for reading aloud, masked ones too', () => {
    expect(grouped('138****1234')).toBe('138 **** 1234')
    expect(grouped('01012345678')).toBe('01012345678')
  })
})

describe('keys', () => {
  const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
    key, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, repeat: false, ...more,
  })

  it('work while typing, but never while an input method composes or a key repeats', () => {
    expect(actOf(press('F2'), 'typing')).toBe('answer')
    expect(actOf(press('F4', { isComposing: true }), 'typing')).toBeNull()
    expect(actOf(press('F4', { repeat: true }), 'page')).toBeNull()
    expect(actOf(press('Enter', { ctrlKey: true }), 'typing')).toBe('submit')
  })

  it('leave a typed question mark alone', () => {
    expect(actOf(press('?'), 'typing')).toBeNull()
    expect(actOf(press('？'), 'page')).toBe('help')
  })

  it('leave Alt+F4 and the like to the window', () => {
    expect(actOf(press('F4', { altKey: true }), 'page')).toBeNull()
    expect(actOf(press('F4', { ctrlKey: true }), 'page')).toBeNull()
  })
})

describe('what is in the way of a call', () => {
  it('is named, the insecure page first: there the browser hides the rest', () => {
    expect(obstacle({ secure: false, capture: false, peer: true })).toBe('insecure')
    expect(obstacle({ secure: true, capture: false, peer: true })).toBe('no-webrtc')
    expect(obstacle({ secure: true, capture: true, peer: true })).toBeNull()
    expect(['NotFoundError', 'NotAllowedError', 'NotReadableError'].map(troubleOf)).toEqual(
      ['no-microphone', 'permission-refused', 'microphone-busy'],
    )
  })

  it('is told to the citizen in words that fit', () => {
    expect([429, 0, 503, 500].map(ticketFault)).toEqual(['throttled', 'offline', 'busy', 'failed'])
    expect(['Busy', 'Connection Error', 'Rejected'].map(callFault)).toEqual(['busy', 'offline', 'failed'])
  })
})

describe('earlier contacts', () => {
  it('show what nobody has closed first, then the newest', () => {
    const one = (id: string, arrived_at: string, closed: boolean) =>
      ({ id, arrived_at, disposition: closed ? {} : null }) as Contact
    const sorted = openFirst([
      one('a', '2026-01-03', true), one('b', '2026-01-01', false), one('c', '2026-01-02', false),
    ])
    expect(sorted.map((contact) => contact.id)).toEqual(['c', 'b', 'a'])
  })
})

describe('ranges of days', () => {
  it('end where the next begins', () => {
    const now = new Date(2026, 2, 1, 13, 5)
    const yesterday = bounds('yesterday', now, '', '')
    expect(yesterday.until).toBe(bounds('today', now, '', '').since)
    expect(new Date(yesterday.since).getDate()).toBe(28)
    const one = bounds('custom', now, '2026-02-10', '2026-02-10')
    expect(Date.parse(one.until) - Date.parse(one.since)).toBe(86_400_000)
    expect(bounds('custom', now, 'nonsense', '')).toEqual({ since: '', until: '' })
  })
})

describe('problems', () => {
  it('keep their code, details and when to come back', () => {
    const body = { code: 'throttled', title: 't', errors: [{ pointer: '/a', code: 'c', zh: '错', en: 'bad' }] }
    const problem = readProblem(429, body, '41.2')
    expect([problem.code, problem.retryAfterSeconds, problem.items[0]?.zh]).toEqual(['throttled', 42, '错'])
    expect(readProblem(502, null, null).code).toBe('http-502')
    expect(readProblem(400, { errors: 'x' }, null).items).toEqual([])
  })
})

describe('facts', () => {
  it('of every kind that the gateway records have words', async () => {
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
    const { factKinds, factSentence } = await import('../src/console/i18n/facts')
    const source = readFileSync(new URL('../../../core/facts.py', import.meta.url), 'utf8')
    const recorded = [...source.matchAll(/^ {4}[A-Z_]+ = "([a-z_]+)"$/gm)].map((found) => found[1])
    expect(recorded.length).toBeGreaterThan(30)
    expect(recorded.filter((kind) => !factKinds().includes(kind as string))).toEqual([])
    const fact = { kind: 'call_queued', seat: '', data: { queue: 'civil', position: 2 } } as unknown as Fact
    expect(factSentence(fact, (_, code) => `<${code}>`)).toBe('进入「<civil>」，排第 2 位')
  })
})

describe('a phone answers by itself', () => {
  const at = (state: string, line_id = 'H1') => ({ state, line_id }) as CallView

  it('only the call that was torn away from it and waits for it', () => {
    expect(answersByItself('H1', at('reconnecting'))).toBe(true)
  })

  it('nothing else: no other call, no ordinary ring, no call that is not waiting', () => {
    expect(answersByItself('', at('reconnecting', ''))).toBe(false)
    expect(answersByItself('H2', at('reconnecting'))).toBe(false)
    expect(answersByItself('H1', null)).toBe(false)
    for (const state of ['offered', 'talking', 'held', 'ended'])
      expect(answersByItself('H1', at(state))).toBe(false)
  })
})
