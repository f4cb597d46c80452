/** Laws of how limits and their counters are written. */

import { describe, expect, it } from 'vitest'
import { en, zh } from '../src/console/i18n/words'
import { overShare, rateWord } from '../src/console/limits'

describe('limits', () => {
  it('are told by the minute, by the hour, or else in seconds', () => {
    expect([60, 3600, 10].map(rateWord)).toEqual([
      'limits.per_minute', 'limits.per_hour', 'limits.per_seconds',
    ])
  })

  it('never show a few of very many as none, nor a share of nothing', () => {
    expect(overShare({ asked: 0, over: 0 })).toBe('–')
    expect(overShare({ asked: 1_000_000, over: 0 })).toBe('0.0 %')
    expect(overShare({ asked: 1_000_000, over: 1 })).toBe('< 0.1 %')
    expect(overShare({ asked: 12, over: 2 })).toBe('16.7 %')
    expect(overShare({ asked: 3, over: 3 })).toBe('100.0 %')
  })

  it('each have a name in both languages', () => {
    const names = 'identity ip hook account messages number trunk calls'.split(' ')
    const nameless = names.filter((one) => [zh, en].some((words) => !(`limit.${one}` in words)))
    expect(nameless).toEqual([])
  })
})
