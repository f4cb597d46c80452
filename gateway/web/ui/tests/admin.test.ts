import { describe, expect, it } from 'vitest'
import { changesOf, grouped, inverse } from '../src/admin/plan/diff'
import { minutes, openHours, overnight, runs, week } from '../src/admin/plan/hours'
import { bringBackQueue, copyOf, dropQueue } from '../src/admin/plan/lists'
import { merge } from '../src/admin/plan/merge'
import { pathOf, perTab, placeOf, within } from '../src/admin/plan/paths'
import { hoursOf, read, skillsOf, wholeOf } from '../src/admin/plan/said'
import type { OperatorPlan, Plan, QueuePlan } from '../src/admin/plan/types'

const queue = (name: string, more: Partial<QueuePlan> = {}): QueuePlan => ({
  name, title_zh: name, title_en: name, strategy: 'leastrecent', ring_seconds: 15, max_wait_seconds: 300,
  wrap_up_seconds: 60, service_level_seconds: 15, key: '', rank: 0, hours: [], closed_queue: '', language: '', ...more,
})
const person = (login: string, skills: Record<string, number> = {}): OperatorPlan => ({
  login, name: login, role: 'operator', active: true, skills,
})
const plan = (): Plan => ({
  queues: [queue('civil'), queue('night', { key: '3' })],
  numbers: [{ did: '12345', title_zh: '热线', title_en: 'Hotline', queue: 'civil', greeting: 'greeting', tag: '', origin: '' }],
  seats: [{ number: '8001', title: '一号' }],
  operators: [person('li', { civil: 0, night: 2 }), person('wang', { civil: 1 })],
})
const changed = (change: (of: Plan) => void): Plan => {
  const copy = plan()
  change(copy)
  return copy
}

describe('the difference between two plans', () => {
  it('is nothing when only the order differs', () => {
    const other = changed((of) => {
      of.queues.reverse()
      of.operators[0]!.skills = { night: 2, civil: 0 }
    })
    expect(changesOf(plan(), other)).toEqual([])
  })

  it('tells a changed field, a new thing and one that goes', () => {
    const other = changed((of) => {
      of.queues[0]!.ring_seconds = 20
      of.seats = [{ number: '8002', title: '二号' }]
    })
    expect(changesOf(plan(), other).map(({ action, kind, name, field }) => [action, kind, name, field])).toEqual([
      ['change', 'queue', 'civil', 'ring_seconds'],
      ['remove', 'seat', '8001', ''],
      ['add', 'seat', '8002', ''],
    ])
  })

  it('is read thing by thing, and a new thing by the fields that say something', () => {
    const other = changed((of) => {
      of.queues.push(queue('extra', { hours: [{ days: [1], from: '09:00', to: '10:00' }] }))
      of.queues[1]!.key = '4'
      of.queues[1]!.rank = 5
    })
    const groups = grouped(changesOf(plan(), other))
    expect(groups.map((one) => [one.action, one.name, one.fields.length])).toEqual([['change', 'night', 2], ['add', 'extra', 9]])
    const fields = groups[1]!.fields.map((one) => one.field)
    expect(fields).toContain('hours')
    expect(fields).not.toContain('closed_queue')
    expect(fields).not.toContain('name')
  })

  it('taken back is the same with before and after exchanged', () => {
    const other = changed((of) => (of.seats = []))
    expect(inverse(changesOf(plan(), other))).toEqual(changesOf(other, plan()))
  })
})

describe('what the gateway writes about a change', () => {
  it('becomes values again: hours, skills, and whole things with commas in their titles', () => {
    expect(hoursOf('24h')).toEqual([])
    expect(hoursOf('1-5 09:00-17:30, 67 22:00-06:00')).toEqual([
      { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:30' }, { days: [6, 7], from: '22:00', to: '06:00' },
    ])
    expect(skillsOf('civil=0 night=2')).toEqual({ civil: 0, night: 2 })
    expect(wholeOf('queue', 'name=night, title_zh=夜间, 周末, hours=1-5 09:00-17:30, 6 10:00-12:00, rank=0')).toEqual({
      name: 'night', title_zh: '夜间, 周末', rank: '0',
      hours: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:30' }, { days: [6], from: '10:00', to: '12:00' }],
    })
  })

  it('stays as it is when it cannot be read', () => {
    expect(hoursOf('always')).toBeNull()
    expect(skillsOf('civil')).toBeNull()
    expect(read({ action: 'change', kind: 'queue', name: 'x', field: 'hours', before: '?', after: '24h' }))
      .toMatchObject({ before: '?', after: [] })
  })
})

describe('opening hours', () => {
  it('are times of a day or nothing', () => {
    expect(['09:30', '24:00', '24:01', '9:75', 'noon', ''].map(minutes)).toEqual([570, 1440, null, null, null, null])
  })

  it('are open always when there are none', () => {
    expect(openHours([])).toBe(168)
  })

  it('run past midnight into the next day, from Sunday into Monday', () => {
    const days = week([{ days: [7], from: '22:00', to: '06:00' }])
    expect(days[6]).toEqual([{ from: 1320, to: 1440 }])
    expect(days[0]).toEqual([{ from: 0, to: 360 }])
    expect(overnight({ days: [7], from: '22:00', to: '06:00' })).toBe(true)
  })

  it('join where they touch or overlap, and a stretch that is no time draws nothing', () => {
    const hours = [
      { days: [1], from: '13:00', to: '17:00' }, { days: [1], from: '09:00', to: '13:00' },
      { days: [2], from: '25:00', to: '10:00' },
    ]
    expect(week(hours).slice(0, 2)).toEqual([[{ from: 540, to: 1020 }], []])
    expect(openHours(hours)).toBe(8)
  })

  it('say days in runs', () => {
    expect(runs([5, 1, 2, 3, 7])).toEqual([[1, 3], [5, 5], [7, 7]])
  })
})

describe('a draft on top of what another published', () => {
  it('keeps both when they touch different things, fields and skills', () => {
    const mine = changed((of) => {
      of.queues[0]!.ring_seconds = 20
      of.operators[0]!.skills.civil = 5
    })
    const theirs = changed((of) => {
      of.queues[0]!.rank = 3
      of.seats.push({ number: '8002', title: '' })
      delete of.operators[0]!.skills.night
    })
    const { plan: merged, conflicts } = merge(plan(), mine, theirs)
    expect(conflicts).toEqual([])
    expect(merged.queues[0]).toMatchObject({ ring_seconds: 20, rank: 3 })
    expect(merged.seats.map((one) => one.number)).toEqual(['8001', '8002'])
    expect(merged.operators[0]!.skills).toEqual({ civil: 5 })
  })

  it('keeps mine and tells it when both changed one field', () => {
    const mine = changed((of) => (of.queues[0]!.ring_seconds = 20))
    const theirs = changed((of) => (of.queues[0]!.ring_seconds = 25))
    const { plan: merged, conflicts } = merge(plan(), mine, theirs)
    expect(merged.queues[0]!.ring_seconds).toBe(20)
    expect(conflicts).toEqual([{ kind: 'queue', name: 'civil', field: 'ring_seconds', mine: 20, theirs: 25 }])
  })

  it('tells when one removed what the other changed, either way round', () => {
    const gone = changed((of) => (of.seats = []))
    const renamed = changed((of) => (of.seats[0]!.title = '新'))
    const mineGone = merge(plan(), gone, renamed)
    expect(mineGone.plan.seats).toEqual([])
    expect(mineGone.conflicts).toMatchObject([{ kind: 'seat', mine: null }])
    const theirsGone = merge(plan(), renamed, gone)
    expect(theirsGone.plan.seats).toEqual([{ number: '8001', title: '新' }])
    expect(theirsGone.conflicts).toMatchObject([{ kind: 'seat', theirs: null }])
  })

  it('lets go what the other removed and I never touched, and is theirs when I changed nothing', () => {
    const theirs = changed((of) => {
      of.numbers = []
      of.queues.push(queue('third'))
    })
    expect(merge(plan(), plan(), theirs)).toEqual({ plan: theirs, conflicts: [] })
  })

  it('put on top a second time changes nothing', () => {
    const mine = changed((of) => (of.queues[0]!.ring_seconds = 20))
    const theirs = changed((of) => (of.queues[0]!.ring_seconds = 25))
    const once = merge(plan(), mine, theirs)
    expect(merge(theirs, once.plan, theirs)).toEqual({ plan: once.plan, conflicts: [] })
  })
})

describe('a queue that is taken out', () => {
  it('leaves nobody with a skill for it, and comes back with the skills people had', () => {
    const draft = copyOf(plan())
    dropQueue(draft, 'night')
    expect(draft.operators[0]!.skills).toEqual({ civil: 0 })
    bringBackQueue(draft, plan(), 'night')
    bringBackQueue(draft, plan(), 'night')
    expect(changesOf(plan(), draft)).toEqual([])
    expect(draft.queues).toHaveLength(2)
  })
})

describe('where a problem lies', () => {
  it('is a tab, a thing and a field; hours have a tab of their own', () => {
    expect(placeOf('queues[1].key')).toEqual({ tab: 'queues', list: 'queues', index: 1, field: 'key' })
    expect(placeOf('queues[1].hours[0].from').tab).toBe('hours')
    expect(placeOf('operators[12].skills.civil')).toMatchObject({ tab: 'people', index: 12, field: 'skills.civil' })
    expect(placeOf('operators')).toMatchObject({ tab: 'people', index: -1 })
    expect(placeOf('nonsense').tab).toBe('overview')
  })

  it('is the same place whether it comes as a path or as a pointer', () => {
    expect(pathOf('/plan/queues/1/key')).toBe('queues[1].key')
    expect(pathOf('/plan/operators/0/skills/a~1b')).toBe('operators[0].skills.a/b')
    expect(pathOf('queues[0].ring_seconds')).toBe('queues[0].ring_seconds')
  })

  it('counts for its tab, and belongs to its own thing only', () => {
    const said = ['queues[1].key', 'queues[1].hours[0]', 'queues[10].key'].map((path) => ({ path, zh: '', en: '' }))
    expect(perTab(said)).toEqual({ queues: 2, hours: 1 })
    expect(said.filter((one) => within(one.path, 'queues[1]'))).toHaveLength(2)
  })
})
