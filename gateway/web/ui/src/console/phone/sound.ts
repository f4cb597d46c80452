/** The ring tone, made here: no file, no timer, so a tab in the background rings on. */

import { aim, chosen } from './devices'

const RING_SECONDS = 3
const TONE_SECONDS = 1
const PITCHES = [450, 600] as const // 450 Hz is China's ring-back; the second makes it carry

let context: AudioContext | null = null
let source: AudioBufferSourceNode | null = null

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

export async function startRinging(): Promise<void> {
  stopRinging()
  const ctx = ours()
  const ring = ctx.createBufferSource()
  ring.buffer = pattern(ctx)
  ring.loop = true
  ring.connect(ctx.destination)
  source = ring
  await aim(ctx, chosen.ringer)
  if (source !== ring) return // stopped while the device was being chosen
  ring.start()
  void ctx.resume().catch(() => undefined)
}

export function stopRinging(): void {
  try {
    source?.stop()
  } catch {
    // it had not begun
  }
  source?.disconnect()
  source = null
}

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
