import { describe, expect, it, vi } from 'vitest'
import type { Hearing, LiveWords, Segment, SpokenWord } from '../src/console/api/heard-types'
import { hits, pieces, places } from '../src/console/heard/find'
import { isPoor, modeOf } from '../src/console/heard/mode'
import { withWords } from '../src/console/heard/note'
import { faultOf } from '../src/console/heard/query'
import { frequent, listenFrom, merged, ofCall, shown, wordAt } from '../src/console/heard/segments'
import { actOf } from '../src/console/keymap'

/** Words of half a second each, the first at `begin`. */
const spoken = (begin: number, ...texts: string[]): SpokenWord[] =>
  texts.map((text, at) => ({ text, begin_seconds: begin + at / 2, end_seconds: begin + at / 2 + 0.5 }))
const segment = (seq: number, begin: number, texts: string[], more: Partial<Segment> = {}): Segment =>
  ({
    id: `s-${seq}`, seq, party: 'citizen', source: 'live', begin_seconds: begin, end_seconds: begin + texts.length / 2,
    text: texts.join(''), words: spoken(begin, ...texts), corrected: '', message_id: '', ...more,
  }) as Segment

describe('a transcript', () => {
  it('stands in the order of speaking, whatever order it came in; what came is newer', () => {
    const late = segment(3, 1, ['喂'], { source: 'recording' })
    const better = segment(2, 9, ['路灯'], { corrected: '路灯坏了' })
    const all = merged([segment(1, 5, ['您好']), segment(2, 9, ['路灯'])], [late, better])
    expect(all.map((one) => [one.seq, shown(one)])).toEqual([[3, '喂'], [1, '您好'], [2, '路灯坏了']])
  })

  it('of a call leaves its voice messages out', () => {
    expect(ofCall([segment(1, 0, ['喂'], { message_id: 'm-1' }), segment(2, 1, ['好'])]).map((one) => one.seq)).toEqual([2])
  })

  it('knows which word sounds; a corrected one has no times of its own', () => {
    const one = segment(1, 10, ['路灯', '不', '亮'])
    expect([9.9, 10, 10.6, 11.4, 11.5].map((at) => wordAt(one, at))).toEqual([-1, 0, 1, 2, -1])
    expect(wordAt({ ...one, corrected: '路灯全不亮' }, 10)).toBe(-1)
  })

  it('is listened to from a little before the word, and never from before the begin', () => {
    expect([10, 0.2].map(listenFrom)).toEqual([9.5, 0])
  })

  it('gives as key words what the citizen said again and again, no fillers, no numbers', () => {
    const all = [
      segment(1, 0, ['你好', '路灯', '坏', '12345', '路灯']),
      segment(2, 5, ['你好', '路灯', '小区', '12345', '小区', '138****']),
      segment(3, 9, ['工单', '工单'], { party: 'seat' }),
    ]
    expect(frequent(all, 5)).toEqual(['路灯', '小区'])
    expect(frequent(all, 1)).toEqual(['路灯'])
  })
})

describe('finding in a transcript', () => {
  it('minds neither spaces nor capitals, and counts no place twice', () => {
    expect(places('我 的 wifi 坏了', '的WIFI')).toEqual([[2, 6]])
    expect(places('哈哈哈', '哈哈')).toEqual([[0, 2]])
    expect(places('路灯', '  ')).toEqual([])
  })

  it('looks in the text that is shown', () => {
    const one = segment(1, 0, ['楼道'], { corrected: '路灯和路灯' })
    expect(hits([one], '路灯')).toEqual([{ id: 's-1', place: [0, 2] }, { id: 's-1', place: [3, 2] }])
    expect(hits([one], '楼道')).toEqual([])
  })

  it('cuts a text at words and marks, and loses nothing of it', () => {
    const text = '路灯不亮,wifi 坏'
    const cut = pieces(text, spoken(0, '路灯', '不亮', '没有', 'wifi', '坏'), [[1, 2]])
    expect(cut.map((one) => one.text).join('')).toBe(text)
    expect(cut.map((one) => [one.text, one.word, one.mark])).toEqual([
      ['路', 0, -1], ['灯', 0, 0], ['不', 1, 0], ['亮', 1, -1], [',', -1, -1], ['wifi', 3, -1], [' ', -1, -1], ['坏', 4, -1],
    ])
  })
})

describe('a sentence put into the note', () => {
  it('stands where the cursor is, and begins a line at the end of what is written', () => {
    expect(withWords('', 0, 0, '路灯不亮')).toEqual({ text: '路灯不亮', cursor: 4 })
    expect(withWords('反映', 2, 2, '路灯不亮')).toEqual({ text: '反映\n路灯不亮', cursor: 7 })
    expect(withWords('反映，很急', 3, 3, '路灯不亮')).toEqual({ text: '反映，路灯不亮很急', cursor: 7 })
    expect(withWords('反映某事', 2, 4, '路灯不亮')).toEqual({ text: '反映\n路灯不亮', cursor: 7 })
  })
})

describe('how a call is heard', () => {
  const up: Hearing = { state: 'up', engine: 'vosk', model: { name: 'small', demo: false }, slots: 2, live: 1, streams: 1 }
  const words = (citizen: boolean, why = ''): LiveWords =>
    ({ contact_id: 'c', last_seq: 0, live: { citizen, seat: false }, why, confidential: false })

  it('is said in one word', () => {
    expect(modeOf(up, words(true), false, 0)).toBe('live')
    expect(modeOf(up, words(false, 'full'), false, 0)).toBe('full')
    expect(modeOf(up, null, false, 0)).toBe('begin')
    expect(modeOf({ ...up, state: 'down' }, words(true), false, 0)).toBe('down')
    expect(modeOf({ ...up, model: null }, words(false, 'no-model'), false, 0)).toBe('deaf')
    expect(modeOf({ ...up, state: 'off' }, null, true, 3)).toBe('off')
  })

  it('after the call says whether something is still to come', () => {
    expect(modeOf(up, words(true), true, 2)).toBe('waiting')
    expect(modeOf(up, words(true), true, 0)).toBe('ended')
    expect(modeOf({ ...up, state: 'down' }, null, true, 2)).toBe('down')
  })

  it('is a warning only where words are missing', () => {
    expect((['live', 'begin', 'ended', 'off', 'full', 'down'] as const).map(isPoor)).toEqual([false, false, false, false, true, true])
  })
})

describe('what may be searched for', () => {
  it('has two to forty characters, spaces and punctuation apart', () => {
    expect(['', ' 灯 ', '灯。', '路 灯', `${'灯'.repeat(40)}。`, '灯'.repeat(41)].map(faultOf)).toEqual(['short', 'short', 'short', '', '', 'long'])
  })
})

describe('the key of an alarm', () => {
  it('works while somebody types, too', () => {
    const press = { key: 'a', code: 'KeyA', ctrlKey: false, altKey: true, metaKey: false, isComposing: false, repeat: false }
    expect([actOf(press, 'typing'), actOf(press, 'page'), actOf({ ...press, altKey: false }, 'page')]).toEqual(['known', 'known', null])
  })
})

describe('that a voice was heard', () => {
  it('says whose, and from what', async () => {
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
    const { factSentence } = await import('../src/console/i18n/facts')
    const fact = { seq: 1, kind: 'segment_heard', at: '', seat: '', operator_name: null, data: { party: 'seat', source: 'recording' } }
    expect(factSentence(fact, (_, code) => code)).toBe('开始转写坐席的话（录音）')
  })
})
