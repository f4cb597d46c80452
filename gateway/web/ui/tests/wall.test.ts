import { describe, expect, it } from 'vitest'
import type { Hour } from '../src/wall/board'
import { plot, roundUp } from '../src/wall/plot'
import { CONNECT_LINE, messageWaitLevel, percent, rateLevel, waitLevel } from '../src/wall/rates'
import { ageSeconds, answered, failed, NOTHING_SEEN, pauseMs, staleness } from '../src/wall/stale'

describe('a rate', () => {
  it('is cut, never rounded up to the line that it missed', () => {
    expect([0.9499, 0.94999, 0.95, 1, 0, 0.8326].map(percent)).toEqual(['94.9%', '94.9%', '95.0%', '100.0%', '0.0%', '83.2%'])
  })

  it('of no calls is a dash, neither good nor bad', () => {
    expect(percent(null)).toBe('–')
    expect(rateLevel(null, CONNECT_LINE)).toBe('none')
  })

  it('is good on the line of GB/T 33358, close below it a warning, then bad', () => {
    expect([0.95, 0.9499, 0.9, 0.8999].map((rate) => rateLevel(rate, CONNECT_LINE))).toEqual(['good', 'warn', 'warn', 'bad'])
  })
})

describe('a wait', () => {
  it('is long after 15 s and too long after a minute; nobody waiting is fine', () => {
    expect([null, 15, 15.1, 60, 60.1].map(waitLevel)).toEqual(['good', 'good', 'warn', 'warn', 'bad'])
  })
})

describe('a message', () => {
  it('runs out of its three minutes from the second on', () => {
    expect([null, 119, 120, 179, 180].map(messageWaitLevel)).toEqual(['good', 'good', 'warn', 'warn', 'bad'])
  })
})

describe('what the wall shows', () => {
  const first = answered(NOTHING_SEEN, '2026-01-01T00:00:00Z', 1000)

  it('is stale when the time in it stands still for more than 10 s, though answers come', () => {
    const again = answered(first, first.at, 10_900)
    expect(staleness(again, 'up', 11_000)).toBe('fresh')
    expect(staleness(again, 'up', 11_001)).toBe('frozen')
    expect(ageSeconds(again, 11_001)).toBe(10)
    expect(staleness(answered(again, '2026-01-01T00:00:11Z', 12_000), 'up', 12_000)).toBe('fresh')
  })

  it('is stale from the first poll that fails, and fresh with the next answer', () => {
    const lost = failed(first)
    expect(staleness(lost, 'up', 1500)).toBe('failing')
    expect(staleness(answered(lost, '2026-01-01T00:00:05Z', 6000), 'up', 6000)).toBe('fresh')
  })

  it('is not to be trusted while the telephones are away', () => {
    expect(staleness(first, 'down', 1500)).toBe('link')
  })

  it('is not stale before anything was asked, but is when the first poll fails', () => {
    expect(staleness(NOTHING_SEEN, undefined, 99_000)).toBe('first')
    expect(staleness(failed(NOTHING_SEEN), undefined, 0)).toBe('failing')
  })

  it('is asked for every 2 s, and ever more seldom while nobody answers, 18.75 s at most', () => {
    expect(pauseMs(0, 0.9)).toBe(2000)
    expect([1, 2, 3, 4, 50].map((failures) => pauseMs(failures, 0.5))).toEqual([2000, 4000, 8000, 15_000, 15_000])
    expect(pauseMs(50, 1)).toBe(18_750)
  })
})

describe('the plot', () => {
  const hour = (arrived: number, ended: number, abandoned: number): Hour => ({
    from: '2026-01-01T00:00:00Z', arrived, answered: ended, abandoned, answered_in_15s: 0,
  })

  it('has a scale of round numbers', () => {
    expect([1, 3, 11, 24, 51].map(roundUp)).toEqual([1, 5, 20, 50, 100])
  })

  it('stacks what became of the calls up to those that came, and stays in its frame', () => {
    const { bars, top, ticks } = plot([hour(10, 7, 2), hour(0, 0, 0), hour(3, 4, 1)], 300, 100)
    expect(ticks.at(-1)).toBe(top)
    const [busy, none, odd] = bars
    expect(busy!.answered + busy!.abandoned + busy!.other).toBeCloseTo(100 - busy!.arrivedY)
    expect([none!.answered, none!.abandoned, none!.other]).toEqual([0, 0, 0])
    expect(odd!.other).toBe(0)
    for (const one of bars) expect(one.answered + one.abandoned + one.other).toBeLessThanOrEqual(100)
    expect(bars.at(-1)!.x + bars.at(-1)!.width).toBeLessThan(300)
  })

  it('of a quiet day still has a scale', () => {
    expect(plot([], 300, 100).top).toBeGreaterThan(0)
    expect(plot([hour(0, 0, 0)], 300, 100).bars).toHaveLength(1)
  })
})
