/** My phone in this tab: signing in with it, getting it back after a reload, letting it go. */

import { ref, watch } from 'vue'
import * as calls from '../api/calls'
import type { PhoneKind, SignedIn } from '../api/types'
import { t } from '../i18n'
import { closeMicrophone, listDevices, microphone, openMicrophone } from '../phone/devices'
import { claimPhone, owned, releasePhone } from '../phone/ownership'
import { softphone, startSoftphone, stopSoftphone, swapMicrophone } from '../phone/softphone'
import { startRinging, stopRinging, unlockSound } from '../phone/sound'
import { PhoneError, type PhoneTrouble } from '../phone/trouble'
import { seat } from './live'
import { tell, tellProblem } from './notices'

/** Why this tab is not the phone although the seat's phone is a browser; null: nothing known. */
export const trouble = ref<PhoneTrouble | null>(null)
export const restoring = ref(false)
/** The seat whose phone this tab was: a reload takes it back, another computer asks first. */
const KEY = 'hotline.phone'
let signingIn = false

async function ownMicrophone(): Promise<void> {
  if (!(await claimPhone())) throw new PhoneError('other-tab')
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
export async function signIn(number: string, kind: PhoneKind): Promise<SignedIn> {
  signingIn = true
  try {
    void unlockSound()
    if (kind === 'browser') await ownMicrophone()
    const signed = await calls.signIn(number, kind)
    if (signed.sip) {
      startSoftphone(signed.sip)
      sessionStorage.setItem(KEY, number)
    }
    trouble.value = null
    return signed
  } catch (problem) {
    leavePhone()
    throw problem
  } finally {
    signingIn = false
  }
}

/** Whether a reload of this tab may take the phone back by itself. */
export const wasPhone = (number: string): boolean => sessionStorage.getItem(KEY) === number

/** After a reload the seat is still ours but the phone is gone: get it back without asking. */
export async function restorePhone(): Promise<void> {
  const mine = seat.value
  if (!mine || mine.phone !== 'browser' || restoring.value || signingIn) return
  if (softphone.registration !== 'off') return
  restoring.value = true
  try {
    await signIn(mine.number, 'browser')
  } catch (problem) {
    if (problem instanceof PhoneError) trouble.value = problem.trouble
    else tellProblem(problem)
  } finally {
    restoring.value = false
  }
}

export function leavePhone(): void {
  stopRinging()
  stopSoftphone()
  closeMicrophone()
  releasePhone()
  sessionStorage.removeItem(KEY)
  trouble.value = null
}

/** True when this tab is, or is becoming, the seat's phone. */
export const isPhone = (): boolean => owned.value && softphone.registration !== 'off'

watch(
  () => softphone.leg,
  (leg) => {
    if (leg === 'ringing') void startRinging()
    else stopRinging()
  },
)

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
