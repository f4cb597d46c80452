/** My phone in this tab: signing in with it, getting it back after a reload, letting it go. */

import { ref, watch } from 'vue'
import * as calls from '../api/calls'
import type { PhoneKind, SignedIn } from '../api/types'
import { t } from '../i18n'
import { answersByItself } from '../phone/again'
import { closeMicrophone, listDevices, microphone, openMicrophone } from '../phone/devices'
import { claimPhone, owned, phoneIsFree, releasePhone, whenTaken } from '../phone/ownership'
import {
  abandonLeg, answer, connectSoftphone, hangUpLeg, setMuted, softphone, startSoftphone, stopSoftphone,
  swapMicrophone,
} from '../phone/softphone'
import { startRinging, stopRinging, unlockSound } from '../phone/sound'
import { PhoneError, type PhoneTrouble } from '../phone/trouble'
import { call, inTalk, known, seat } from './live'
import { tell, tellProblem } from './notices'

/** Why this tab is not the phone although the seat's phone is a browser; null: nothing known. */
export const trouble = ref<PhoneTrouble | null>(null)
export const restoring = ref(false)
/**
 * The seat whose phone this browser was: a reload or a crash takes it back, another computer asks
 * first.
 */
const KEY = 'hotline.phone'
/** The call in which this tab was muted: whoever is connected again stays as silent as before. */
const MUTED_KEY = 'hotline.muted'
/** A tab that is loaded again gives the phone up for a moment; that is no handing over. */
const SETTLE_MS = 3000
/** The end of a leg is mostly heard by itself, a moment before or after the gateway says so. */
const LINGER_MS = 1500
let signingIn = false
let waiting: AbortController | null = null

async function ownMicrophone(steal: boolean): Promise<void> {
  if (!(await claimPhone(steal))) throw new PhoneError('other-tab')
  try {
    const open = microphone.value?.active ? microphone.value : await openMicrophone()
    watchMicrophone(open)
  } catch (error) {
    releasePhone()
    throw error
  }
}

function watchMicrophone(stream: MediaStream): void {
  for (const track of stream.getAudioTracks())
    track.addEventListener('ended', () => {
      if (microphone.value === stream) void microphoneLost()
    })
}

async function microphoneLost(): Promise<void> {
  try {
    const stream = await openMicrophone()
    watchMicrophone(stream)
    await swapMicrophone(stream)
  } catch {
    tell('error', t('phone.microphone-lost'))
  }
}

/** Take another microphone, now also for a running call. Raises PhoneError. */
export async function reopenMicrophone(): Promise<void> {
  const stream = await openMicrophone()
  watchMicrophone(stream)
  await swapMicrophone(stream)
}

/** 上线. Raises PhoneError or ApiProblem; on either nothing is left open. */
export async function signIn(number: string, kind: PhoneKind, steal = false): Promise<SignedIn> {
  signingIn = true
  try {
    void unlockSound()
    if (kind === 'browser') await ownMicrophone(steal)
    const signed = await calls.signIn(number, kind)
    if (signed.sip) {
      startSoftphone(signed.sip)
      localStorage.setItem(KEY, number)
    }
    trouble.value = null
    return signed
  } catch (problem) {
    letGo()
    throw problem
  } finally {
    signingIn = false
  }
}

/** Whether this browser may take the phone back by itself. */
export const wasPhone = (number: string): boolean => localStorage.getItem(KEY) === number

/** After a reload the seat is still ours but the phone is gone: get it back without asking. */
export async function restorePhone(steal = false): Promise<void> {
  const mine = seat.value
  if (!mine || mine.phone !== 'browser' || restoring.value || signingIn) return
  if (softphone.registration !== 'off') return
  restoring.value = true
  try {
    await signIn(mine.number, 'browser', steal)
  } catch (problem) {
    if (problem instanceof PhoneError) trouble.value = problem.trouble
    else tellProblem(problem)
    if (trouble.value === 'other-tab') void waitForTurn()
  } finally {
    restoring.value = false
  }
}

function letGo(): void {
  stopRinging()
  stopSoftphone()
  closeMicrophone()
  releasePhone()
  trouble.value = null
}

export function leavePhone(): void {
  const had = owned.value
  waiting?.abort()
  letGo()
  if (had) localStorage.removeItem(KEY)
}

/** Another page has the phone now. A talk goes with it: our side ends as lost, not as hung up. */
function yieldPhone(to: PhoneTrouble): void {
  abandonLeg()
  letGo()
  trouble.value = to
  if (to === 'other-tab') void waitForTurn()
}
whenTaken(() => yieldPhone('other-tab'))
connectSoftphone(
  () => yieldPhone('other-computer'),
  (named) => answersByItself(named, call.value),
)

/** The tab that has the phone may be closed: then it comes here by itself. */
async function waitForTurn(): Promise<void> {
  if (waiting) return
  const mine = new AbortController()
  waiting = mine
  try {
    await phoneIsFree(mine.signal)
    await new Promise((settled) => window.setTimeout(settled, SETTLE_MS))
  } catch {
    return // the seat was left
  } finally {
    waiting = null
  }
  if (trouble.value === 'other-tab') await restorePhone()
}

/** Note that the operator is muted in this call; empty: in none. */
export function keepMuted(lineId: string): void {
  sessionStorage.setItem(MUTED_KEY, lineId)
}

/** True when this tab is, or is becoming, the seat's phone. */
export const isPhone = (): boolean => owned.value && softphone.registration !== 'off'

watch(
  [() => softphone.leg, () => softphone.again, call],
  ([leg, again, now], [before]) => {
    if (leg === 'ringing' && answersByItself(again, now)) {
      stopRinging()
      answer()
      setMuted(sessionStorage.getItem(MUTED_KEY) === again)
    } else if (leg !== before) {
      if (leg === 'ringing') void startRinging()
      else stopRinging()
    }
  },
)

// The gateway knows when a talk is over: a leg whose own end was not heard is ended here.
watch(inTalk, (talks, talked) => {
  if (talks || !talked || !known.value) return
  const leg = softphone.legs
  window.setTimeout(() => {
    const same = softphone.leg === 'talking' && softphone.legs === leg
    if (same && !inTalk.value) hangUpLeg()
  }, LINGER_MS)
})

watch(seat, (now, before) => {
  if (before && !now) leavePhone()
})

navigator.mediaDevices?.addEventListener?.('devicechange', () => {
  void listDevices()
  if (microphone.value && !microphone.value.active) void microphoneLost()
})
// A tab that was restored without a click may be mute: the first click or key gives it sound.
for (const gesture of ['pointerdown', 'keydown'])
  window.addEventListener(gesture, () => void unlockSound(), { once: true, capture: true })
