import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Plan } from '../src/admin/plan/types'

const EMPTY: Plan = { queues: [], numbers: [], seats: [], operators: [] }
const WITH_SEAT: Plan = { ...EMPTY, seats: [{ number: '8001', title: '' }] }

/** A tab's storage that holds so many characters. */
function storage(room = 1e6): Storage {
  const held = new Map<string, string>()
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError')
      held.set(key, value)
    },
    removeItem: (key: string) => void held.delete(key),
  } as unknown as Storage
}

describe('a draft in the browser', () => {
  beforeEach(() => vi.stubGlobal('sessionStorage', storage()))

  it('comes back as it was, with what it began from', async () => {
    const { keep, recall } = await import('../src/admin/state/kept')
    expect(recall()).toBeNull()
    expect(keep({ revision: 7, base: EMPTY, plan: WITH_SEAT })).toBe(true)
    expect(recall()).toEqual({ revision: 7, base: EMPTY, plan: WITH_SEAT })
  })

  it('is gone when it is forgotten', async () => {
    const { forget, keep, recall } = await import('../src/admin/state/kept')
    keep({ revision: 7, base: EMPTY, plan: WITH_SEAT })
    forget()
    expect(recall()).toBeNull()
  })

  it('says so when the browser has no room', async () => {
    const { keep } = await import('../src/admin/state/kept')
    vi.stubGlobal('sessionStorage', storage(10))
    expect(keep({ revision: 7, base: EMPTY, plan: WITH_SEAT })).toBe(false)
  })

  it('that is broken or of another kind is no draft', async () => {
    const { recall } = await import('../src/admin/state/kept')
    for (const text of ['{', '1', 'null', '{"revision":1}', '{"revision":1,"base":{},"plan":[]}']) {
      sessionStorage.setItem('hotline.admin.draft', text)
      expect(recall()).toBeNull()
    }
  })
})
