/** A voice message from the microphone, where the browser can record one. */

const MOST_SECONDS = 60
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

export const canRecord = (): boolean =>
  window.isSecureContext &&
  typeof MediaRecorder === 'function' &&
  typeof navigator.mediaDevices?.getUserMedia === 'function'

export class Recorder {
  private recorder: MediaRecorder | null = null

  get running(): boolean {
    return this.recorder !== null
  }

  /** Record until ``stop`` or a minute; the sound. Raises what getUserMedia raises. */
  async record(tick: (seconds: number) => void): Promise<File> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one)) ?? ''
    const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {})
    const pieces: Blob[] = []
    const began = Date.now()
    this.recorder = recorder
    const timer = window.setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000)
      tick(seconds)
      if (seconds >= MOST_SECONDS) this.stop()
    }, 500)
    tick(0)
    return new Promise((done) => {
      recorder.ondataavailable = (event) => pieces.push(event.data)
      recorder.onstop = () => {
        window.clearInterval(timer)
        stream.getTracks().forEach((track) => track.stop())
        this.recorder = null
        const bare = (recorder.mimeType || 'audio/webm').split(';')[0] ?? 'audio/webm'
        done(new File(pieces, `voice.${bare.split('/')[1] ?? 'webm'}`, { type: bare }))
      }
      recorder.start()
    })
  }

  stop(): void {
    if (this.recorder?.state === 'recording') this.recorder.stop()
  }
}
