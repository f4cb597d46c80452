/** Laws of the page of experts: a week has no hole, gaps are told, files are read as they are written. */
import { describe, expect, it } from 'vitest'
import type { Rota } from '../src/admin/experts/api'
import { days, dutyWord, gaps, listed, textOf } from '../src/admin/experts/pure'

const ROTA: Rota = {
  monday: '2026-10-05',
  opens: '09:00',
  closes: '17:30',
  days_off: ['2026-10-05'],
  slots: [
    { begin: '2026-10-05T00:00', end: '2026-10-06T00:00', experts: [] },
    { begin: '2026-10-06T00:00', end: '2026-10-06T08:00', experts: [] },
    { begin: '2026-10-06T08:00', end: '2026-10-06T12:00', experts: ['a'] },
    { begin: '2026-10-06T12:00', end: '2026-10-07T00:00', experts: [] },
  ],
}

describe('a line of the rota', () => {
  const day = (n: number): string => `周${'一二三四五六日'.charAt(n - 1)}`
  const words = { workdays: '工作日', daily: '每天', to: '至', rank: (n: string) => `第 ${n} 顺位` }
  it('names its days, so that nobody reads them as a telephone number', () => {
    expect(dutyWord('12345 08:30-17:30 #1', day, words)).toBe('周一至周五 08:30-17:30')
    expect(dutyWord('135 22:00-06:00 #2', day, words)).toBe('周一、周三、周五 22:00-06:00 第 2 顺位')
    expect(dutyWord('67 00:00-24:00 #1', day, words)).toBe('周六、周日 00:00-24:00')
    expect(dutyWord('workdays 09:00-17:30 2026-03-01..2026-12-31 #1', day, words))
      .toBe('工作日 09:00-17:30 2026-03-01..2026-12-31')
  })
})

describe('a week', () => {
  it('covers each minute of each day once', () => {
    for (const day of days(ROTA)) {
      expect(day.spans[0]!.from).toBe(0)
      expect(day.spans.at(-1)!.to).toBe(1440)
      day.spans.slice(1).forEach((span, at) => expect(span.from).toBe(day.spans[at]!.to))
    }
  })

  it('tells as gaps what is nobody’s in office hours of a working day, and nothing else', () => {
    const found = gaps(days(ROTA)).map(({ day, span }) => [day.day, span.from, span.to])
    expect(found).toEqual([['2026-10-06', 720, 1050]])
  })
})

describe('a file', () => {
  const bytes = (...codes: number[]) => new Uint8Array(codes).buffer

  it('is read in UTF-8, with a mark, and in GB18030', () => {
    expect(textOf(bytes(0xe4, 0xb8, 0xad, 0x0d, 0x0a))).toBe('中\n')
    expect(textOf(bytes(0xef, 0xbb, 0xbf, 0xe4, 0xb8, 0xad))).toBe('中')
    expect(textOf(bytes(0xd6, 0xd0))).toBe('中')
  })

  it('that is no text, or too large, is refused', () => {
    expect(textOf(bytes(0xff, 0xff, 0x00))).toBeNull()
    expect(textOf(bytes(0x61, 0x00))).toBeNull()
    expect(textOf(new ArrayBuffer(3_000_001))).toBeNull()
  })
})

describe('skills', () => {
  it('are separated as people do', () => {
    expect(listed('养老、医保 工伤,生育；')).toEqual(['养老', '医保', '工伤', '生育'])
  })
})
