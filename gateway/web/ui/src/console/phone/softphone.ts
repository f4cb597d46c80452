/** The seat's phone in the browser: SIP over WebSocket by JsSIP, one call at a time. */

import JsSIP from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import { reactive } from 'vue'
import type { SipAccount } from '../api/types'
import { aim, chosen, microphone } from './devices'

export type Registration = 'off' | 'connecting' | 'registered' | 'lost' | 'refused'
export type Leg = 'none' | 'ringing' | 'answering' | 'talking'

export const softphone = reactive({
  registration: 'off' as Registration,
  leg: 'none' as Leg,
  muted: false,
})

/** Host candidates arrive within milliseconds; a dead interface must not hold up the answer. */
const CANDIDATES_MS = 200
const RETRY_MS = 3000
/** An answer pressed before the INVITE is here still counts for this long. */
const EARLY_ANSWER_MS = 3000

let ua: JsSIP.UA | null = null
let session: RTCSession | null = null
let retry = 0
let answerBefore = 0

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
  setMuted(false)
  audio().srcObject = null
}

function take(incoming: RTCSession): void {
  if (session) {
    incoming.terminate({ status_code: 486 })
    return
  }
  session = incoming
  softphone.leg = 'ringing'
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
function abandonLeg(): void {
  if (softphone.leg !== 'talking') return
  try {
    session?.terminate({ extraHeaders: ['Reason: Q.850;cause=27;text="page closed"'] })
  } catch {
    // it ended by itself
  }
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
  mine.on('disconnected', () => now('lost'))
  mine.on('registrationFailed', () => {
    now('refused')
    window.clearTimeout(retry)
    retry = window.setTimeout(() => {
      if (ua === mine && mine.isConnected()) mine.register()
    }, RETRY_MS)
  })
  mine.on('newRTCSession', (event: { originator: string; session: RTCSession }) => {
    if (event.originator === 'remote') take(event.session)
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
