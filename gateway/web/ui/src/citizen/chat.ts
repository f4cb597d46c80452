/** The citizen's chat page: begins a session, shows what is said, sends what is written. */

import './chat.css'
import { begin, leave, Refused, seen } from './chat/api'
import { Files } from './chat/files'
import { Line } from './chat/line'
import { draft, newId, Outbox } from './chat/outbox'
import { element, painted, told } from './chat/paint'
import { solve } from './chat/puzzle'
import { canRecord, Recorder } from './chat/recorder'
import type { Envelope, Letter, Message, Status } from './chat/shapes'
import { say, type Word } from './chat/words'

const NEAR_PX = 80
const BEGIN_PAUSE_MS = 3_000

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T

class ChatPage {
  private readonly root = byId('chat')
  private readonly log = byId('chat-log')
  private readonly list = byId('chat-list')
  private readonly state = byId('chat-state')
  private readonly link = byId('chat-link')
  private readonly fault = byId('chat-fault')
  private readonly text = byId<HTMLTextAreaElement>('chat-text')
  private readonly sendButton = byId<HTMLButtonElement>('chat-send')
  private readonly leaveButton = byId<HTMLButtonElement>('chat-leave')
  private readonly mine = new Map<string, HTMLLIElement>()
  private readonly recorder = new Recorder()
  private readonly files: Files
  private readonly line: Line
  private outbox!: Outbox
  private wasLost = false
  private began = false

  constructor() {
    this.files = new Files(
      byId('chat-files'),
      (text) => this.trouble(text),
      () => (this.sendButton.disabled = this.files.waiting),
    )
    this.line = new Line({
      heard: (one) => this.heard(one),
      link: (up) => this.showLink(up),
      over: () => void this.start(),
    })
  }

  private say(word: Word): string {
    return say(word, { phone: this.root.dataset.phone ?? '12345' })
  }

  async open(): Promise<void> {
    this.root.hidden = false
    this.text.value = draft.read()
    this.outbox = new Outbox({
      began: (letter) => this.showMine(letter),
      sent: (letter, conv) => {
        this.mark(letter.cid, '')
        this.line.follow(conv)
      },
      unsent: (letter) => this.mark(letter.cid, this.say('unsent')),
      refused: (letter, fault) => this.refused(letter, fault),
    })
    this.listen()
    await this.start()
  }

  /** A session, with a puzzle only when one is asked for; tried again until there is one. */
  private async start(): Promise<void> {
    for (let proof = ''; ; ) {
      try {
        this.showStatus(await begin(proof))
        this.began = true
        this.line.start()
        void this.outbox.go()
        return
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault
        if (fault.code === 'proof-needed' && !proof) {
          this.tell(this.say('puzzle'), 'puzzle')
          proof = await solve().catch(() => '')
          if (proof) continue
        }
        proof = ''
        const refused = fault.status === 403 || fault.status === 429
        this.tell(this.say(refused ? 'blocked' : 'away'), 'away')
        const pause = Math.max(BEGIN_PAUSE_MS, fault.retrySeconds * 1000)
        await new Promise((done) => window.setTimeout(done, refused ? pause * 5 : pause))
      }
    }
  }

  private listen(): void {
    byId('chat-form').addEventListener('submit', (event) => {
      event.preventDefault()
      this.send()
    })
    this.text.addEventListener('input', () => draft.write(this.text.value))
    this.text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      this.send()
    })
    const chooser = byId<HTMLInputElement>('chat-file')
    chooser.addEventListener('change', () => {
      for (const one of chooser.files ?? []) this.files.add(one)
      chooser.value = ''
    })
    this.leaveButton.addEventListener('click', () => {
      if (window.confirm(say('leave'))) void leave().catch(() => this.trouble(this.say('away')))
    })
    const voice = byId<HTMLButtonElement>('chat-voice')
    voice.hidden = !canRecord()
    voice.addEventListener('click', () => void this.record(voice))
    document.addEventListener('visibilitychange', () => this.tellSeen())
  }

  private async record(button: HTMLButtonElement): Promise<void> {
    if (this.recorder.running) return this.recorder.stop()
    try {
      const sound = await this.recorder.record((n) => (button.textContent = say('stop', { n })))
      this.files.add(sound)
    } catch {
      this.trouble(say('microphone'))
    }
    button.textContent = say('record')
  }

  private send(): void {
    const text = this.text.value.trim()
    if (this.files.waiting || (!text && !this.files.some)) return
    this.trouble('')
    this.outbox.add({ cid: newId(), text, ...this.files.take() })
    this.text.value = ''
    draft.write('')
    this.text.focus()
  }

  private heard(one: Envelope): void {
    if (one.type === 'status') this.showStatus(one.body)
    if (one.type !== 'message') return
    this.put(painted(one.body), one.body)
    if (one.body.who === 'citizen') this.outbox.drop(one.cid)
    else this.tellSeen()
  }

  private put(item: HTMLLIElement, message: Message): void {
    const near = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_PX
    const before = message.cid ? this.mine.get(message.cid) : undefined
    before?.remove()
    if (message.cid) this.mine.set(message.cid, item)
    const unsent = this.list.querySelector('li.unsent')
    this.list.insertBefore(item, unsent)
    if (near || message.who === 'citizen') this.log.scrollTop = this.log.scrollHeight
  }

  private showMine(letter: Letter): void {
    const item = painted({
      seq: 0,
      cid: letter.cid,
      who: 'citizen',
      operator_name: '',
      kind: 'text',
      text: letter.text,
      at: new Date().toISOString(),
      files: [],
    })
    for (const name of letter.file_names) item.append(element('p', name || say('file'), 'hint'))
    item.classList.add('unsent')
    item.append(element('p', this.say('sending'), 'how'))
    this.mine.set(letter.cid, item)
    this.list.append(item)
    this.log.scrollTop = this.log.scrollHeight
  }

  private mark(cid: string, how: string): void {
    const item = this.mine.get(cid)
    const line = item?.querySelector('.how')
    if (line) line.textContent = how
    if (!how) item?.classList.remove('unsent')
  }

  private refused(letter: Letter, fault: Refused): void {
    if (fault.status === 401) return void this.start()
    if (fault.status === 429) {
      this.mark(letter.cid, this.say('unsent'))
      return this.trouble(this.say('throttled'))
    }
    this.mark(letter.cid, say('refused', { why: fault.why }))
    if (!this.text.value) this.text.value = letter.text
    this.trouble(say('refused', { why: fault.why }))
  }

  private showStatus(status: Status): void {
    this.tell(told(status), status.state)
    this.leaveButton.hidden = status.state !== 'waiting' && status.state !== 'open'
  }

  private tell(text: string, state: string): void {
    this.state.dataset.state = state
    if (this.state.textContent !== text) this.state.textContent = text
  }

  private showLink(up: boolean): void {
    if (!this.began) return
    if (up && this.wasLost) void this.outbox.go()
    this.wasLost = !up
    this.link.hidden = up
    this.link.textContent = up ? '' : say('lost')
  }

  private trouble(text: string): void {
    this.fault.textContent = text
  }

  private tellSeen(): void {
    const seq = this.line.after
    if (document.visibilityState !== 'visible' || !seq) return
    if (!this.line.seen(seq)) void seen(seq)
  }
}

if (document.getElementById('chat')) void new ChatPage().open()
