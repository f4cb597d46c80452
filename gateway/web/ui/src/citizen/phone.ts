/** One call from a browser without an account: a ticket, a WebSocket, an INVITE. */

import JsSIP from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import { obstacle, troubleOf } from '../console/phone/trouble'
import { callFault, ticketFault } from './causes'
import type { Word } from './words'

export type Stage = 'idle' | 'connecting' | 'talking' | 'ended'

export interface Watcher {
  stage(stage: Stage): void
  say(word: Word): void
}

interface Ticket {
  ticket: string
  ws: string
  target: string
}

const CANDIDATES_MS = 200
const TICKET_MS = 10_000
const CONNECT_MS = 10_000
const NEVER_S = 86_400 // a ticket works once, so the socket must not try again by itself

class Refused extends Error {
  constructor(readonly word: Word) {
    super(word)
  }
}

export class CitizenPhone {
  private ua: JsSIP.UA | null = null
  private session: RTCSession | null = null
  private stream: MediaStream | null = null
  private deadline = 0
  stage: Stage = 'idle'

  constructor(
    private readonly audio: HTMLAudioElement,
    private readonly watcher: Watcher,
  ) {}

  get running(): boolean {
    return this.stage === 'connecting' || this.stage === 'talking'
  }

  async call(): Promise<void> {
    if (this.running) return
    this.enter('connecting')
    try {
      this.watcher.say('microphone')
      this.stream = await this.microphone()
      this.watcher.say('connecting')
      const ticket = await this.ticket()
      if (this.running) this.dial(ticket, this.stream)
    } catch (error) {
      this.finish(error instanceof Refused ? error.word : 'failed')
    }
  }

  hangUp(): void {
    if (!this.running) return
    try {
      this.session?.terminate()
    } catch {
      // it ended by itself
    }
    this.finish('ended')
  }

  mute(muted: boolean): void {
    this.stream?.getAudioTracks().forEach((track) => (track.enabled = !muted))
  }

  press(tone: string): void {
    if (this.stage !== 'talking' || !this.session) return
    const connection = this.session.connection as unknown as RTCPeerConnection
    const inBand = connection.getSenders().some((one) => one.dtmf?.canInsertDTMF)
    const { RFC2833, INFO } = JsSIP.C.DTMF_TRANSPORT
    this.session.sendDTMF(tone, { transportType: inBand ? RFC2833 : INFO, duration: 160 })
  }

  private async microphone(): Promise<MediaStream> {
    const problem = obstacle({
      secure: window.isSecureContext,
      capture: typeof navigator.mediaDevices?.getUserMedia === 'function',
      peer: typeof RTCPeerConnection === 'function',
    })
    if (problem) throw new Refused(problem === 'insecure' ? 'insecure' : 'no-webrtc')
    try {
      return await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
        video: false,
      })
    } catch (error) {
      throw new Refused(troubleOf(error instanceof DOMException ? error.name : ''))
    }
  }

  private async ticket(): Promise<Ticket> {
    let answer: Response
    const limit = new AbortController()
    const timer = window.setTimeout(() => limit.abort(), TICKET_MS)
    try {
      answer = await fetch('/api/v1/call-ticket', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: '{}',
        credentials: 'same-origin',
        signal: limit.signal,
      })
    } catch {
      throw new Refused('offline')
    } finally {
      window.clearTimeout(timer)
    }
    if (!answer.ok) throw new Refused(ticketFault(answer.status))
    return (await answer.json()) as Ticket
  }

  private dial(ticket: Ticket, stream: MediaStream): void {
    const address = new URL(ticket.ws, window.location.href)
    address.protocol = window.location.protocol === 'https:' ? 'wss:' : 'ws:'
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(address.href)],
      uri: 'sip:web@hotline.invalid',
      register: false,
      session_timers: false,
      connection_recovery_min_interval: NEVER_S,
      connection_recovery_max_interval: NEVER_S,
      user_agent: 'hotline-web',
    })
    this.ua = ua
    this.deadline = window.setTimeout(() => this.finish('offline'), CONNECT_MS)
    ua.on('connected', () => {
      window.clearTimeout(this.deadline)
      if (this.ua === ua && this.running) this.invite(ua, ticket.target, stream)
    })
    ua.on('disconnected', () => {
      if (this.ua !== ua) return
      if (this.stage === 'talking') this.watcher.say('shaky')
      else this.finish('offline')
    })
    ua.start()
  }

  private invite(ua: JsSIP.UA, target: string, stream: MediaStream): void {
    let early = 0
    const session = ua.call(target, {
      mediaStream: stream,
      pcConfig: { iceServers: [] },
      rtcOfferConstraints: { offerToReceiveAudio: true, offerToReceiveVideo: false },
      eventHandlers: {
        icecandidate: (event) => {
          early = early || window.setTimeout(event.ready, CANDIDATES_MS)
        },
        accepted: () => this.enter('talking'),
        ended: () => this.finish('ended'),
        failed: (event) => this.finish(this.stage === 'connecting' ? callFault(event.cause) : 'ended'),
      },
    })
    this.session = session
    const connection = session.connection as unknown as RTCPeerConnection
    connection.addEventListener('track', (event) => {
      this.audio.srcObject = event.streams[0] ?? new MediaStream([event.track])
      void this.audio.play().catch(() => undefined)
    })
  }

  private enter(stage: Stage): void {
    this.stage = stage
    this.watcher.stage(stage)
    if (stage === 'talking') this.watcher.say('talking')
  }

  private finish(word: Word): void {
    if (!this.running) return
    window.clearTimeout(this.deadline)
    const ua = this.ua
    this.ua = null
    this.session = null
    this.enter('ended')
    this.watcher.say(word)
    ua?.stop()
    this.stream?.getTracks().forEach((track) => track.stop())
    this.stream = null
    this.audio.srcObject = null
  }
}
