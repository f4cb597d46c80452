/** The ring tone, made here: no file, no timer, so a tab in the background rings on. */

import { aim, chosen } from './devices'

const RING_SECONDS = 3
const TONE_SECONDS = 1
const PITCHES = [450, 600] as const // 450 Hz is China's ring-back; the second makes it carry

/** What is heard for messages, and how often again: softer than a call, and no sound of it. */
export type Chime = 'offer' | 'unread'
const CHIMES: Record<Chime, { every: number; notes: readonly number[] }> = {
  offer: { every: 4, notes: [660, 880] },
  unread: { every: 30, notes: [880] },
}
const NOTE_SECONDS = 0.18
/** Enough for a note of 880 Hz; thirty seconds of it are a megabyte. */
const CHIME_RATE = 8000

const ALARM_SECONDS = 2

let context: AudioContext | null = null
type Slot = 'ring' | 'chime' | 'alarm'
const sounding: Record<Slot, AudioBufferSourceNode | null> = { ring: null, chime: null, alarm: null }

function ours(): AudioContext {
  context ??= new AudioContext()
  return context
}

/** Call from a click or key: browsers keep sound locked until then. */
export async function unlockSound(): Promise<void> {
  try {
    await ours().resume()
  } catch {
    // no audio device at all: the screen still shows the call
  }
}

function pattern(ctx: AudioContext): AudioBuffer {
  const rate = ctx.sampleRate
  const buffer = ctx.createBuffer(1, rate * RING_SECONDS, rate)
  const samples = buffer.getChannelData(0)
  for (let i = 0; i < rate * TONE_SECONDS; i += 1) {
    const at = i / rate
    const edge = Math.min(1, at / 0.02, (TONE_SECONDS - at) / 0.05)
    const warble = at % 0.1 < 0.05 ? PITCHES[0] : PITCHES[1]
    samples[i] = 0.25 * edge * Math.sin(2 * Math.PI * warble * at)
  }
  return buffer
}

function bell(ctx: AudioContext, chime: Chime): AudioBuffer {
  const { every, notes } = CHIMES[chime]
  const buffer = ctx.createBuffer(1, CHIME_RATE * every, CHIME_RATE)
  const samples = buffer.getChannelData(0)
  notes.forEach((pitch, number) => {
    const from = Math.floor(number * NOTE_SECONDS * CHIME_RATE)
    for (let i = 0; i < NOTE_SECONDS * 3 * CHIME_RATE; i += 1) {
      const at = i / CHIME_RATE
      const loud = 0.16 * Math.min(1, at / 0.01) * Math.exp(-at * 9)
      samples[from + i] = (samples[from + i] ?? 0) + loud * Math.sin(2 * Math.PI * pitch * at)
    }
  })
  return buffer
}

/** Three short rising tones: neither a call nor a message sounds so. */
function siren(ctx: AudioContext): AudioBuffer {
  const buffer = ctx.createBuffer(1, CHIME_RATE * ALARM_SECONDS, CHIME_RATE)
  const samples = buffer.getChannelData(0)
  for (let i = 0; i < CHIME_RATE * 0.9; i += 1) {
    const at = (i / CHIME_RATE) % 0.3
    const edge = at < 0.2 ? Math.min(1, at / 0.01, (0.2 - at) / 0.02) : 0
    samples[i] = 0.25 * edge * Math.sin(2 * Math.PI * (900 + 1500 * at) * at)
  }
  return buffer
}

/** Plays from the ringer, round and round until `stop`, or once. */
async function play(slot: Slot, buffer: AudioBuffer, loop = true): Promise<void> {
  stop(slot)
  const ctx = ours()
  const playing = ctx.createBufferSource()
  playing.buffer = buffer
  playing.loop = loop
  playing.connect(ctx.destination)
  sounding[slot] = playing
  await aim(ctx, chosen.ringer)
  if (sounding[slot] !== playing) return // stopped while the device was being chosen
  playing.start()
  void ctx.resume().catch(() => undefined)
}

function stop(slot: Slot): void {
  try {
    sounding[slot]?.stop()
  } catch {
    // it had not begun
  }
  sounding[slot]?.disconnect()
  sounding[slot] = null
}

export const startRinging = (): Promise<void> => play('ring', pattern(ours()))
export const stopRinging = (): void => stop('ring')
export const startChime = (chime: Chime): Promise<void> => play('chime', bell(ours(), chime))
export const startAlarm = (): Promise<void> => play('alarm', siren(ours()))
export const beepOnce = (): Promise<void> => play('alarm', siren(ours()), false)
export const stopAlarm = (): void => stop('alarm')
export const stopChime = (): void => stop('chime')

/**
 * Loudness of a stream, 0..1, on every frame, until the returned function is called.
 * The scale is that of the eye: -60 dBFS is 0, full scale is 1.
 */
export function meter(stream: MediaStream, show: (level: number) => void): () => void {
  const ctx = ours()
  const tap = ctx.createMediaStreamSource(stream)
  const look = ctx.createAnalyser()
  look.fftSize = 1024
  tap.connect(look)
  const samples = new Float32Array(look.fftSize)
  let frame = 0
  const read = (): void => {
    look.getFloatTimeDomainData(samples)
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length
    const decibel = power > 0 ? 10 * Math.log10(power) : -100
    show(Math.min(1, Math.max(0, (decibel + 60) / 60)))
    frame = requestAnimationFrame(read)
  }
  read()
  return () => {
    cancelAnimationFrame(frame)
    tap.disconnect()
  }
}
