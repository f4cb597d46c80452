import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Canned, ChatView, LineItem, MessageView } from '../src/console/api/chat-types'
import { found, put, slashed } from '../src/console/chat/canned'
import { countByKind, sifted, takeable } from '../src/console/chat/line'
import { billOf, partsOf } from '../src/console/chat/bill'
import { lengthOf, roomFor, wayOut } from '../src/console/chat/quota'
import { isEmpty, isSame, keyed, NO_REPLY, saying } from '../src/console/chat/reply'
import { frontOf, inOrder, neighbour, unread, waitOf, wanting } from '../src/console/chat/roster'
import { degrees, firstAfter, linkOf, merged, pageBefore, size } from '../src/console/chat/said'
import { actOf, type Focus, type KeyPress } from '../src/console/keymap'

const T0 = Date.parse('2026-01-01T08:00:00Z')
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString()
const chat = (contact_id: string, more: Partial<ChatView> = {}): ChatView =>
  ({
    contact_id, state: 'open', emergency: false, opened_at: at(0), accepted_at: at(0), last_seq: 0,
    read_seq: 0, caps: { text_most: 600, sends: ['text'], notice: false, pull: false, live: true, free: false, sms: false, billed: null },
    grant: null, ...more,
  }) as ChatView
const message = (seq: number, more: Partial<MessageView> = {}): MessageView =>
  ({ id: `m${seq}`, seq, text: `${seq}`, fields: {}, ...more }) as MessageView

describe('the roster', () => {
  it('has offers first, the one that lapses first on top, then emergencies, then as they were taken', () => {
    const sorted = inOrder([
      chat('open-2', { accepted_at: at(20) }),
      chat('urgent', { accepted_at: at(30), emergency: true }),
      chat('offer-late', { state: 'offered', offer_until: at(90) }),
      chat('open-1', { accepted_at: at(10) }),
      chat('offer-soon', { state: 'offered', offer_until: at(60) }),
    ])
    expect(sorted.map((one) => one.contact_id)).toEqual(['offer-soon', 'offer-late', 'urgent', 'open-1', 'open-2'])
  })

  it('does not move a row because somebody wrote', () => {
    const before = [chat('a', { accepted_at: at(1) }), chat('b', { accepted_at: at(2) })]
    const after = [chat('a', { accepted_at: at(1) }), chat('b', { accepted_at: at(2), last_seq: 9, last_in_at: at(99) })]
    expect(inOrder(after).map((one) => one.contact_id)).toEqual(inOrder(before).map((one) => one.contact_id))
  })

  it('counts what was not seen, and never less than nothing', () => {
    expect(unread(chat('a', { last_seq: 7, read_seq: 4 }))).toBe(3)
    expect(unread(chat('a', { last_seq: 3, read_seq: 5 }))).toBe(0)
    expect(wanting([
      chat('o', { state: 'offered', last_seq: 1 }), chat('n', { last_seq: 2 }), chat('r', { last_seq: 2, read_seq: 2 }),
    ])).toEqual({ offers: 1, unread: 1 })
  })
})

describe('a wait', () => {
  const level = (seconds: number, since: string | null = at(0), due: string | null = at(180)) =>
    waitOf(since, due, T0 + seconds * 1000).level

  it('is amber from two thirds of the target on, red from the target on', () => {
    expect([0, 119.9, 120, 179.9, 180, 999].map((one) => level(one))).toEqual(['calm', 'calm', 'soon', 'soon', 'late', 'late'])
  })

  it('has the gateway’s target when it has one, else three minutes; an older target is not believed', () => {
    expect(level(100, at(0), at(90))).toBe('late')
    expect(level(100, at(0), null)).toBe('calm')
    expect(level(100, at(0), at(-500))).toBe('calm')
  })

  it('of nobody is none, and a clock that runs behind counts from nought', () => {
    expect(level(5, null)).toBe('none')
    expect(waitOf(at(10), null, T0).seconds).toBe(0)
  })
})

describe('what is in front', () => {
  it('stays as long as it is there, then the call, then the first conversation, then nothing', () => {
    expect(frontOf('b', { call: true, chats: ['a', 'b'] })).toBe('b')
    expect(frontOf('b', { call: true, chats: ['a'] })).toBe('call')
    expect(frontOf('call', { call: false, chats: ['a'] })).toBe('a')
    expect(frontOf('', { call: false, chats: [] })).toBe('')
  })

  it('goes round with the keys, the call first', () => {
    const desk = { call: true, chats: ['a', 'b'] }
    expect(neighbour('call', desk, 1)).toBe('a')
    expect(neighbour('b', desk, 1)).toBe('call')
    expect(neighbour('call', desk, -1)).toBe('b')
    expect(neighbour('gone', desk, 1)).toBe('call')
    expect(neighbour('', { call: false, chats: [] }, 1)).toBe('')
  })
})

describe('the way out', () => {
  const way = (more: Partial<ChatView>) => wayOut(chat('a', more), T0)
  const caps = chat('a').caps

  it('is free where the citizen’s page reads from us, whatever was granted', () => {
    expect(way({ caps: { ...caps, pull: true }, grant: { left: 0, expires_at: at(-1) } })).toEqual({ kind: 'free' })
  })

  it('counts what is left until its end', () => {
    expect(way({ grant: { left: 3, expires_at: at(60) } })).toEqual({ kind: 'counted', left: 3, until: at(60) })
    expect(way({ grant: { left: null, expires_at: at(60) } })).toEqual({ kind: 'window', until: at(60) })
  })

  it('spent or over, is a notification, then an SMS, then none at all', () => {
    const spent = { left: 0, expires_at: at(60) }
    const over = { left: 5, expires_at: at(0) }
    for (const grant of [spent, over, null]) {
      expect(way({ grant }).kind).toBe('closed')
      expect(way({ grant, caps: { ...caps, sms: true } }).kind).toBe('sms')
      expect(way({ grant, caps: { ...caps, sms: true, notice: true } }).kind).toBe('notice')
    }
  })

  it('is free where no right to reply is needed', () => {
    expect(way({ grant: null, caps: { ...caps, free: true } }).kind).toBe('free')
  })

  it('costs what carriers count, with what leaves around every text', () => {
    const billed = { before: '【苏州12345热线】', behind: '', mils: 45 }
    expect(billOf('  ', billed)).toBeNull()
    expect(billOf('您好', null)).toBeNull()
    expect(billOf('好'.repeat(59), billed)).toEqual({ parts: 1, yuan: '0.045' })
    expect(billOf('好'.repeat(60), billed)).toEqual({ parts: 2, yuan: '0.09' })
    expect(billOf('【苏州12345热线】' + '好'.repeat(59), billed)?.parts).toBe(1)
    expect(billOf('您好', { ...billed, mils: 0 })).toEqual({ parts: 1, yuan: '' })
    expect(['好'.repeat(134), '好'.repeat(135), '🙂'.repeat(35), '🙂'.repeat(67)].map(partsOf)).toEqual([2, 3, 1, 3])
  })

  it('holds so many characters, as people count them', () => {
    expect(lengthOf('好😀a')).toBe(3)
    expect([90, 91, 100, 101].map((many) => roomFor('好'.repeat(many), 100))).toEqual(['fine', 'near', 'near', 'over'])
    expect(roomFor('x'.repeat(9999), 0)).toBe('fine')
  })
})

describe('canned texts', () => {
  const items: Canned[] = [
    { key: 'hello', title_zh: '问候', title_en: 'Greeting', text_zh: '您好，这里是12345。', text_en: 'Hello.' },
    { key: 'wait', title_zh: '请稍候', title_en: 'Wait', text_zh: '请稍候，正在核实。hello', text_en: 'One moment.' },
  ]

  it('are asked for by a slash that begins a word, never by one inside', () => {
    expect(slashed('/', 1)).toBe('')
    expect(slashed('您好 /wa', 6)).toBe('wa')
    expect(slashed('和/或', 3)).toBeNull()
    expect(slashed('http://a', 8)).toBeNull()
    expect(slashed('/wait', 3)).toBe('wa')
  })

  it('are found by key first, then by any of their words in either language', () => {
    expect(found(items, 'hello').map((one) => one.key)).toEqual(['hello', 'wait'])
    expect(found(items, '核实').map((one) => one.key)).toEqual(['wait'])
    expect(found(items, '没有')).toEqual([])
    expect(found(items, '')).toHaveLength(2)
  })

  it('take the place of what was typed for them', () => {
    expect(put('您好 /wa！', 6, '请稍候')).toEqual({ text: '您好 请稍候！', caret: 6 })
    expect(put('您好！', 2, '市民')).toEqual({ text: '您好市民！', caret: 4 })
  })
})

describe('a reply', () => {
  const typed = { ...NO_REPLY, text: ' 已转办 ' }
  let made = 0
  const fresh = (): string => `key-${(made += 1)}`

  it('tried again is the same message; with other words it is another', () => {
    const first = keyed(typed, fresh)
    expect(keyed(first, fresh).key).toBe(first.key)
    expect(keyed({ ...first, text: '已转办。' }, fresh).key).not.toBe(first.key)
    expect(keyed({ ...first, note: true }, fresh).key).not.toBe(first.key)
  })

  it('is sent without the blanks around it, and blanks alone are nothing', () => {
    expect(saying(keyed(typed, () => 'k'))).toEqual({ client_key: 'k', text: '已转办', note: false, files: [], reply_to: '' })
    expect(isEmpty({ ...NO_REPLY, text: ' \n' })).toBe(true)
    expect(isEmpty({ ...NO_REPLY, files: [{ id: 'f' } as never] })).toBe(false)
  })

  it('that was typed while another was on its way is not taken for it', () => {
    const sent = keyed(typed, fresh)
    expect(isSame(sent, sent)).toBe(true)
    expect(isSame({ ...sent, text: '已转办 请等' }, sent)).toBe(false)
    expect(isSame(undefined, sent)).toBe(false)
  })
})

describe('what was said', () => {
  it('is one list in order, what came last is true', () => {
    const list = merged([message(2), message(3)], [message(1), message(3, { text: 'read' })])
    expect(list.map((one) => `${one.seq}${one.text}`)).toEqual(['11', '22', '3read'])
  })

  it('is asked for from its end, and page by page before that', () => {
    expect([firstAfter(120, 50), firstAfter(20, 50)]).toEqual([70, 0])
    expect(pageBefore(71, 50)).toEqual({ after: 20, limit: 50 })
    expect(pageBefore(21, 50)).toEqual({ after: 0, limit: 20 })
  })

  it('shows a link as text with its host, and names no host of what is no web address', () => {
    const link = (url: string) => linkOf(message(1, { fields: { title: '看', url } }))
    expect(link('https://user:pw@evil.example:8443/a?b').host).toBe('evil.example:8443')
    expect(link('https://微信.example/').host).toBe('xn--vuqz89a.example')
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'not an address', '']) {
      expect(link(bad).host).toBe('')
      expect(link(bad).address).toBe(bad)
    }
  })

  it('writes places and sizes as they are', () => {
    expect(degrees({ latitude: 31.2304161, longitude: 121.4737 } as never)).toBe('31.230416, 121.473700')
    expect([340, 12_000, 1_600_000].map(size)).toEqual(['340 B', '12 KB', '1.5 MB'])
  })
})

describe('the one list', () => {
  const item = (id: string, kind: string, queue: string, seat = ''): LineItem => ({ id, kind, queue, seat }) as LineItem
  const items = [item('a', 'chat', 'civil'), item('b', 'call', 'civil'), item('c', 'callback', 'env', '8001')]

  it('shows fewer, never in another order', () => {
    expect(sifted(items, { kind: '', queue: '' })).toEqual(items)
    expect(sifted(items, { kind: '', queue: 'civil' }).map((one) => one.id)).toEqual(['a', 'b'])
    expect(sifted(items, { kind: 'chat', queue: 'env' })).toEqual([])
    expect(countByKind(items)).toEqual({ call: 1, chat: 1, form: 0, callback: 1 })
  })

  it('lets be taken by hand what is no call and with nobody', () => {
    expect(items.map(takeable)).toEqual([true, false, false])
  })
})

describe('keys of conversations', () => {
  const press = (key: string, focus: Focus, more: Partial<KeyPress> = {}) =>
    actOf({ key, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, repeat: false, ...more }, focus)

  it('move while typing too, by where the key sits', () => {
    expect(press('j', 'typing', { altKey: true })).toBe('next')
    expect(press('∆', 'typing', { altKey: true, code: 'KeyJ' })).toBe('next')
    expect(['k', 'l', 'e'].map((key) => press(key, 'page', { altKey: true }))).toEqual(['previous', 'reply', 'close'])
    expect(press('j', 'page', { altKey: true, ctrlKey: true })).toBeNull()
    expect(press('j', 'page')).toBeNull()
  })

  it('take an offer by Enter only where Enter is nobody else’s', () => {
    expect(press('Enter', 'page')).toBe('accept')
    expect(press('Enter', 'typing')).toBeNull()
    expect(press('Enter', 'control')).toBeNull()
    expect(press('Enter', 'page', { isComposing: true })).toBeNull()
    expect(press('Enter', 'page', { repeat: true })).toBeNull()
    expect(press('j', 'page', { altKey: true, isComposing: true })).toBeNull()
  })
})

describe('replies in this tab', () => {
  beforeEach(() => {
    const held = new Map<string, string>()
    vi.stubGlobal('sessionStorage', { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value) })
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
    vi.resetModules()
  })
  const answers = (...given: (() => Response)[]) => {
    const bodies: { client_key: string }[] = []
    vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
      bodies.push(JSON.parse(String(init.body)) as { client_key: string })
      const next = given.shift()
      if (!next) throw new TypeError('network')
      return next()
    })
    return bodies
  }

  it('keep every word of a send that failed, and say it once when it is tried again', async () => {
    const { faults, putReply, replies, sendReply } = await import('../src/console/state/replies')
    const bodies = answers(
      () => new Response('{"code":"unavailable","title":"t"}', { status: 503 }),
      () => new Response(JSON.stringify(message(1)), { status: 201 }),
    )
    putReply('a', { ...NO_REPLY, text: '已转办' })
    expect(await sendReply(chat('a'))).toBeNull()
    expect(replies.a?.text).toBe('已转办')
    expect(faults.a).toBeTruthy()
    expect(JSON.parse(sessionStorage.getItem('hotline.replies') ?? '').a.text).toBe('已转办')
    expect((await sendReply(chat('a')))?.seq).toBe(1)
    expect(replies.a).toBeUndefined()
    expect(bodies[0]?.client_key).toBe(bodies[1]?.client_key)
  })

  it('are those of each conversation, and none after the log-out', async () => {
    const { dropAllReplies, putReply, replyOf } = await import('../src/console/state/replies')
    putReply('a', { ...NO_REPLY, text: '一' })
    putReply('b', { ...NO_REPLY, text: '二', note: true })
    expect([replyOf('a').text, replyOf('b').text, replyOf('c').text]).toEqual(['一', '二', ''])
    dropAllReplies()
    expect(replyOf('a').text).toBe('')
    expect(sessionStorage.getItem('hotline.replies')).toBe('{}')
  })
})
