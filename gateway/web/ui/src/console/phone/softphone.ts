/** The seat's phone in the browser: SIP over WebSocket by JsSIP, one call at a time. */

import JsSIP from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import { reactive } from 'vue'
import type { SipAccount } from '../api/types'
import { AGAIN } from './again'
import { aim, chosen, microphone } from './devices'

export type Registration = 'off' | 'connecting' | 'registered' | 'lost' | 'refused'
export type Leg = 'none' | 'ringing' | 'answering' | 'talking'

export const softphone = reactive({
  registration: 'off' as Registration,
  leg: 'none' as Leg,
  /** How many legs there have been: tells one from the next. */
  legs: 0,
  /** The call that the telephone system says it brings back; empty for an ordinary ring. */
  again: '',
  muted: false,
})

interface Incoming {
  originator: string
  session: RTCSession
  request: { getHeader(name: string): string | undefined }
}

/** Host candidates arrive within milliseconds; a dead interface must not hold up the answer. */
const CANDIDATES_MS = 200
const RETRY_MS = 3000
/** An answer pressed before the INVITE is here still counts for this long. */
const EARLY_ANSWER_MS = 3000

let ua: JsSIP.UA | null = null
let session: RTCSession | null = null
let retry = 0
let answerBefore = 0
let taken: () => void = () => undefined
let isOurs: (named: string) => boolean = () => false
/** The gateway's close code for a phone that another page has taken. */
const TAKEN_OVER = 4009
/** Tells a break of the socket from another loading of the page. */
const page = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) =>
  one.toString(16).padStart(2, '0'),
).join('')

/** `act` when another computer takes the phone; `ours` whether a call that comes back is ours. */
export function connectSoftphone(act: () => void, ours: (named: string) => boolean): void {
  taken = act
  isOurs = ours
}

const audio = (): HTMLAudioElement => document.getElementById('remote-audio') as HTMLAudioElement

function track(on: boolean): void {
  microphone.value?.getAudioTracks().forEach((one) => (one.enabled = on))
}

export function setMuted(muted: boolean): void {
  softphone.muted = muted
  track(!muted)
}

function hearThrough(connection: RTCPeerConnection): void {
  connection.addEventListener('track', (event) => {
    const sound = audio()
    sound.srcObject = event.streams[0] ?? new MediaStream([event.track])
    void aim(sound, chosen.headset)
    void sound.play().catch(() => undefined)
  })
}

function endLeg(which: RTCSession): void {
  if (session !== which) return
  session = null
  softphone.leg = 'none'
  softphone.again = ''
  setMuted(false)
  audio().srcObject = null
}

function take(incoming: RTCSession, again: string): void {
  // The talk comes back before we heard that our side of it had ended.
  if (session && again && isOurs(again)) abandonLeg()
  if (session) {
    incoming.terminate({ status_code: 486 })
    return
  }
  session = incoming
  softphone.again = again
  softphone.leg = 'ringing'
  softphone.legs += 1
  let early = 0
  incoming.on('peerconnection', (event) =>
    hearThrough(event.peerconnection as unknown as RTCPeerConnection),
  )
  incoming.on('icecandidate', (event) => {
    early ||= window.setTimeout(event.ready, CANDIDATES_MS)
  })
  incoming.on('accepted', () => {
    if (session === incoming) softphone.leg = 'talking'
  })
  incoming.on('ended', () => endLeg(incoming))
  incoming.on('failed', () => endLeg(incoming))
  if (Date.now() < answerBefore) answer()
}

/** Pick up, now or as soon as it rings. */
export function answer(): void {
  if (!session) {
    answerBefore = Date.now() + EARLY_ANSWER_MS
    return
  }
  if (softphone.leg !== 'ringing' || !microphone.value) return
  answerBefore = 0
  softphone.leg = 'answering'
  setMuted(false)
  try {
    session.answer({ mediaStream: microphone.value, pcConfig: { iceServers: [] } })
  } catch {
    const broken = session
    endLeg(broken)
  }
}

/** End our leg by BYE: for when the gateway itself cannot be asked. */
export function hangUpLeg(): void {
  try {
    session?.terminate()
  } catch {
    // it ended by itself
  }
}

/**
 * The page is being closed or reloaded: our leg ends now, not by a normal hang-up, so that the
 * telephone system gives the caller to the next seat instead of ending the call (Q.850 cause 27,
 * RFC 3326) and nobody talks into silence until the media times out.
 */
export function abandonLeg(): void {
  const old = session
  if (!old || softphone.leg !== 'talking') return
  try {
    old.terminate({ extraHeaders: ['Reason: Q.850;cause=27;text="page closed"'] })
  } catch {
    // it ended by itself
  }
  endLeg(old)
}
window.addEventListener('pagehide', abandonLeg)

/** The headset was changed: during a call too. */
export function aimHeadset(): void {
  void aim(audio(), chosen.headset)
}

/** A new microphone takes the place of the old one in the running call. */
export async function swapMicrophone(stream: MediaStream): Promise<void> {
  const [fresh] = stream.getAudioTracks()
  if (!fresh) return
  fresh.enabled = !softphone.muted
  const connection = session?.connection as unknown as RTCPeerConnection | undefined
  const sender = connection?.getSenders().find((one) => one.track?.kind === 'audio' || !one.track)
  await sender?.replaceTrack(fresh)
}

export function startSoftphone(account: SipAccount): void {
  stopSoftphone()
  const address = new URL(account.ws, window.location.href)
  address.searchParams.set('page', page)
  address.protocol = window.location.protocol === 'https:' ? 'wss:' : 'ws:'
  const mine = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(address.href)],
    uri: account.uri,
    authorization_user: account.user,
    password: account.password,
    register: true,
    register_expires: 120,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 5,
    user_agent: 'hotline-console',
  })
  ua = mine
  softphone.registration = 'connecting'
  const now = (state: Registration): void => {
    if (ua === mine) softphone.registration = state
  }
  mine.on('registered', () => now('registered'))
  mine.on('unregistered', () => now('lost'))
  mine.on('disconnected', (event: { code?: number }) => {
    now('lost')
    if (event.code === TAKEN_OVER && ua === mine) window.setTimeout(taken)
  })
  mine.on('registrationFailed', () => {
    now('refused')
    window.clearTimeout(retry)
    retry = window.setTimeout(() => {
      if (ua === mine && mine.isConnected()) mine.register()
    }, RETRY_MS)
  })
  mine.on('newRTCSession', (event: Incoming) => {
    if (event.originator === 'remote') take(event.session, event.request.getHeader(AGAIN) ?? '')
  })
  mine.start()
}

export function stopSoftphone(): void {
  window.clearTimeout(retry)
  answerBefore = 0
  const old = ua
  ua = null
  if (old) old.stop()
  if (session) endLeg(session)
  softphone.registration = 'off'
  softphone.leg = 'none'
}
