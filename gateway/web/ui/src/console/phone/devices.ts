/** Microphone, headset and ringer: what there is, what was chosen, and the open microphone. */

import { reactive, shallowRef } from 'vue'
import { PhoneError, obstacle, troubleOf } from './trouble'

export interface Chosen {
  mic: string
  headset: string
  ringer: string
}

const KEY = 'hotline.devices'

function remembered(): Chosen {
  const none: Chosen = { mic: '', headset: '', ringer: '' }
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof kept === 'object' && kept !== null ? { ...none, ...kept } : none
  } catch {
    return none
  }
}

/** Device ids; empty is the system's default. */
export const chosen = reactive<Chosen>(remembered())

export const inputs = shallowRef<MediaDeviceInfo[]>([])
export const outputs = shallowRef<MediaDeviceInfo[]>([])

/** Kept from sign-in to sign-out: an open microphone makes answering quick and asks nothing. */
export const microphone = shallowRef<MediaStream | null>(null)

export const canChooseOutput = 'setSinkId' in HTMLMediaElement.prototype

export function rememberDevices(): void {
  localStorage.setItem(KEY, JSON.stringify(chosen))
}

export function phoneObstacle() {
  return obstacle({
    secure: window.isSecureContext,
    capture: typeof navigator.mediaDevices?.getUserMedia === 'function',
    peer: typeof RTCPeerConnection === 'function',
  })
}

export async function listDevices(): Promise<void> {
  if (!navigator.mediaDevices?.enumerateDevices) return
  const all = await navigator.mediaDevices.enumerateDevices()
  // Chromium lists the default device twice; without permission ids are empty.
  const real = all.filter((one) => one.deviceId && one.deviceId !== 'default' && one.deviceId !== 'communications')
  inputs.value = real.filter((one) => one.kind === 'audioinput')
  outputs.value = real.filter((one) => one.kind === 'audiooutput')
}

/** Open the chosen microphone, or the default when the chosen one is gone. Raises PhoneError. */
export async function openMicrophone(): Promise<MediaStream> {
  const problem = phoneObstacle()
  if (problem) throw new PhoneError(problem)
  const wish = (exact: string): MediaStreamConstraints => ({
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(exact ? { deviceId: { exact } } : {}),
    },
    video: false,
  })
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getUserMedia(wish(chosen.mic)).catch((error: unknown) => {
      const name = error instanceof DOMException ? error.name : ''
      if (chosen.mic && troubleOf(name) === 'no-microphone')
        return navigator.mediaDevices.getUserMedia(wish(''))
      throw error
    })
  } catch (error) {
    throw new PhoneError(troubleOf(error instanceof DOMException ? error.name : ''))
  }
  closeMicrophone()
  microphone.value = stream
  await listDevices()
  return stream
}

export function closeMicrophone(): void {
  microphone.value?.getTracks().forEach((track) => track.stop())
  microphone.value = null
}

/** Send an audio element's or context's sound to a device; the default when it is gone. */
export async function aim(target: object, sink: string): Promise<void> {
  const set = (target as { setSinkId?: (id: string) => Promise<void> }).setSinkId
  if (typeof set !== 'function') return
  try {
    await set.call(target, sink)
  } catch {
    if (sink) await set.call(target, '').catch(() => undefined)
  }
}
