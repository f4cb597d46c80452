/** Ranges of days to search in, by the computer's own calendar. Pure. */

export type Range = 'today' | 'yesterday' | 'week' | 'month' | 'all' | 'custom'

/** A range, and the days of a custom one. */
export interface Days {
  range: Range
  from: string
  to: string
}

export const RANGES: readonly Range[] = ['today', 'yesterday', 'week', 'month', 'all', 'custom']

function day(now: Date, offset: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset)
}

function parsed(text: string, offset: number): string {
  const [year, month, date] = text.split('-').map(Number)
  if (!year || !month || !date) return ''
  return new Date(year, month - 1, date + offset).toISOString()
}

/** Since (inclusive) and until (exclusive) as RFC 3339; empty is open. */
export function bounds(range: Range, now: Date, from: string, to: string): { since: string; until: string } {
  const at = (offset: number): string => day(now, offset).toISOString()
  switch (range) {
    case 'today':
      return { since: at(0), until: '' }
    case 'yesterday':
      return { since: at(-1), until: at(0) }
    case 'week':
      return { since: at(-6), until: '' }
    case 'month':
      return { since: at(-29), until: '' }
    case 'custom':
      return { since: parsed(from, 0), until: parsed(to, 1) }
    case 'all':
      return { since: '', until: '' }
  }
}
