import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { AuditItem } from '../src/console/api/types'
import { AUDIT_KINDS, peopleOf } from '../src/console/audit'

const item = (operator_id: string, operator_name: string | null): AuditItem => ({
  seq: 1, kind: 'logged_in', at: '2026-03-02T04:00:00Z', seat: '', operator_id, operator_name, contact_id: '', data: {},
})

describe('the audit', () => {
  it('offers exactly the kinds that the gateway counts as audit', () => {
    const source = readFileSync(new URL('../../../intake/audit.py', import.meta.url), 'utf8')
    const kinds = [...source.matchAll(/^ {4}FactKind\.([A-Z_]+): /gm)].map((found) => found[1]?.toLowerCase())
    expect(kinds.toSorted()).toEqual([...AUDIT_KINDS].toSorted())
  })

  it('remembers everybody it has seen by name, and nobody without one', () => {
    const people = peopleOf([item('b', '李明'), item('', null)], new Map([['a', '王芳']]))
    expect([...people]).toEqual([['a', '王芳'], ['b', '李明']])
  })

  it('says what became of a login, and why a link was lost', async () => {
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
    const { factSentence, said } = await import('../src/console/i18n/facts')
    const sentence = (data: AuditItem['data']) =>
      factSentence({ ...item('a', '李明'), kind: 'operator_changed', data }, (_, code) => code)
    expect(sentence({ what: 'added', role: 'auditor' })).toBe('账号：新建（审计员）')
    expect(said('connection closed')).toBe('连接关闭')
    expect(said('电话断线回拨')).toBe('电话断线回拨')
    expect(said(undefined)).toBe('')
  })
})
