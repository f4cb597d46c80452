/** Laws of guests in a call: who hears whom, who may be left with whom, whom one finds. */

import { describe, expect, it } from 'vitest'
import type { Directory, Guest, Reach } from '../src/console/api/guest-types'
import { choicesOf, matching, type ChoiceKind } from '../src/console/handover/choose'
import {
  citizenHears, dispatchersIn, guestIsHeard, leaveBar, otherModes, present, undoSeconds,
} from '../src/console/handover/who-hears'
import { actOf } from '../src/console/keymap'
import { whenCallable } from '../src/console/owed'

const guest = (over: Partial<Guest>): Guest => ({
  id: 'g1', role: 'expert', title: '李工', mode: 'join', state: 'in', end: '', muted: false,
  answered_at: '2026-11-28T01:00:00Z', ...over,
})
const reach = (over: Partial<Reach>): Reach => ({
  id: 'r1', role: 'expert', target: 'water', title: '供水', state: 'in', mode: 'join', leaves: false,
  undo_until: null, verified_at: null, tries: [{ title: '李工' }, { title: '王工' }], at: 1,
  last_end: '', ...over,
})

describe('who hears whom', () => {
  it('sends the citizen to music while others talk in private, and only then', () => {
    expect(citizenHears('consulting')).toBe('music')
    expect(citizenHears('held')).toBe('music')
    expect(citizenHears('conference')).toBe('all')
    expect(citizenHears('talking')).toBe('all')
  })

  it('says of a guest by whom they are heard', () => {
    expect(guestIsHeard(guest({ mode: 'join' }))).toBe('all')
    expect(guestIsHeard(guest({ mode: 'consult' }))).toBe('operator')
    expect(guestIsHeard(guest({ mode: 'whisper' }))).toBe('operator')
    expect(guestIsHeard(guest({ mode: 'listen' }))).toBe('nobody')
    expect(guestIsHeard(guest({ muted: true }))).toBe('nobody')
    expect(guestIsHeard(guest({ state: 'dialling' }))).toBe('nobody')
  })

  it('offers every other way to take part, none to who is not in or supervises', () => {
    expect(otherModes(guest({ mode: 'consult' }))).toEqual(['join', 'whisper'])
    expect(otherModes(guest({ state: 'dialling' }))).toEqual([])
    expect(otherModes(guest({ role: 'supervisor' }))).toEqual([])
  })

  it('shows who is here or on the way, not who failed or left', () => {
    const all = (['dialling', 'in', 'gone', 'failed'] as const).map((state) => guest({ state }))
    expect(present(all).map((one) => one.state)).toEqual(['dialling', 'in'])
  })
})

describe('leaving the citizen with the others', () => {
  it('needs somebody whom the citizen hears', () => {
    expect(leaveBar([], [])).toBe('nobody')
    expect(leaveBar([guest({ state: 'dialling' })], [])).toBe('nobody')
    expect(leaveBar([guest({ mode: 'listen' })], [])).toBe('nobody')
    expect(leaveBar([guest({ mode: 'consult' })], [])).toBe('private')
    expect(leaveBar([guest({})], [reach({})])).toBe('')
  })

  it('waits for a dispatcher who has understood', () => {
    const dispatcher = guest({ role: 'dispatcher' })
    const called = reach({ role: 'dispatcher' })
    const known = { ...called, verified_at: '2026-11-28T01:00:00Z' }
    expect(leaveBar([dispatcher], [called])).toBe('not-verified')
    expect(leaveBar([dispatcher], [known])).toBe('')
    expect(leaveBar([dispatcher], [called, known])).toBe('not-verified')
  })

  it('shows every emergency line that is in, whoever was asked for since', () => {
    const line = reach({ id: 'r1', role: 'dispatcher' })
    const expert = reach({ id: 'r2', state: 'trying' })
    expect(dispatchersIn([line, expert]).map((one) => one.id)).toEqual(['r1'])
    expect(dispatchersIn([{ ...line, state: 'trying' }])).toEqual([])
    expect(leaveBar([guest({ role: 'dispatcher' })], [line, expert])).toBe('not-verified')
  })
})

describe('a wish', () => {
  it('can be taken back for the seconds that the server gives, rounded up', () => {
    const one = reach({ state: 'undo', undo_until: '2026-11-28T01:00:02Z' })
    expect(undoSeconds(one, Date.parse('2026-11-28T01:00:00.100Z'))).toBe(2)
    expect(undoSeconds(one, Date.parse('2026-11-28T01:00:05Z'))).toBe(0)
    expect(undoSeconds({ ...one, state: 'trying' }, Date.parse('2026-11-28T01:00:00Z'))).toBe(0)
  })
})

const all: Directory = {
  departments: [{ id: 'water', title_zh: '水务局', title_en: 'Water', available: 1 }],
  experts: [
    { id: 'e1', title: '王工', department_id: 'water', skills: ['管网'], available: false, reason: 'off_duty' },
    { id: 'e2', title: '李工', department_id: 'water', skills: ['水质'], available: true, reason: '' },
  ],
  emergency: [],
  lines: [{ id: 'gas', title_zh: '燃气抢修', title_en: 'Gas', kind: 'gas', healthy: true, open: false }],
  queues: [{ name: 'civil', title_zh: '民生', title_en: 'Civil', waiting: 3 }],
  seats: [
    { number: '8001', operator_name: '我', state: 'talking' },
    { number: '8002', operator_name: '赵', state: 'ready' },
  ],
}

describe('whom one finds', () => {
  const kinds = new Set<ChoiceKind>(['department', 'expert', 'line', 'seat'])
  const choices = choicesOf(all, 'zh', '8001')

  it('puts who is there before who is not, and leaves out the own seat', () => {
    const found = matching(choices, '', kinds)
    expect(found.map((one) => one.id)).toEqual(['water', 'e2', '8002', 'e1', 'gas'])
  })

  it('finds by every word, in the name, the department or the skill', () => {
    expect(matching(choices, '水务 管网', kinds).map((one) => one.id)).toEqual(['e1'])
    expect(matching(choices, '赵', kinds).map((one) => one.id)).toEqual(['8002'])
    expect(matching(choices, '没有这个人', kinds)).toEqual([])
  })
})

describe('somebody to be called back', () => {
  const now = Date.parse('2026-11-28T06:00:00Z')
  it('may be called from the moment on that the server gives, which may be past; never without one', () => {
    const one = { calling: false, allowed_at: '2026-11-28T06:00:00Z' }
    expect(whenCallable(one, now)).toBe('now')
    expect(whenCallable(one, now - 1)).toBe('later')
    expect(whenCallable({ ...one, allowed_at: null }, now)).toBe('never')
    expect(whenCallable({ ...one, calling: true }, now)).toBe('calling')
  })
})

describe('keys of a call with guests', () => {
  const press = (code: string) => ({
    key: code, code, ctrlKey: true, altKey: true, metaKey: false, isComposing: false, repeat: false,
  })
  it('opens the pickers by Ctrl+Alt, never while a word is being composed', () => {
    expect(actOf(press('Digit3'), 'typing')).toBe('guest')
    expect(actOf(press('KeyT'), 'page')).toBe('transfer')
    expect(actOf(press('KeyE'), 'control')).toBe('emergency')
    expect(actOf({ ...press('KeyE'), isComposing: true }, 'typing')).toBeNull()
    expect(actOf(press('KeyQ'), 'page')).toBeNull()
  })
})
