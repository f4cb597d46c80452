/** A file to the server by tus 1.0.0: in pieces, and after a break from where it stopped. */

import { API, ask, Refused } from './api'

const PIECE_BYTES = 4 * 1024 * 1024
const PIECE_MS = 240_000
const MOST_BREAKS = 30
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000
const TUS = { 'Tus-Resumable': '1.0.0' }

const pause = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms))

/** Whether it is worth going on after this. */
const passing = (fault: unknown): boolean =>
  fault instanceof Refused && [0, 408, 409, 429, 502, 503, 504].includes(fault.status)

export class Upload {
  private stopped = new AbortController()

  constructor(
    private readonly file: Blob,
    private readonly progress: (percent: number) => void,
  ) {}

  stop(): void {
    this.stopped.abort()
  }

  /** Its id once it is whole. Raises Refused. */
  async run(): Promise<string> {
    const where = await this.patiently(() => this.create())
    let offset = 0
    let sure = true
    while (offset < this.file.size) {
      const from = offset
      offset = await this.patiently(async () => {
        const at = sure ? from : await this.look(where)
        sure = false
        return at < this.file.size ? this.append(where, at) : at
      })
      sure = true
      this.progress(Math.floor((offset / this.file.size) * 100))
    }
    return where.split('/').pop() ?? ''
  }

  private async patiently<T>(step: () => Promise<T>): Promise<T> {
    for (let breaks = 0; ; breaks++) {
      try {
        return await step()
      } catch (fault) {
        if (this.stopped.signal.aborted || breaks >= MOST_BREAKS || !passing(fault)) throw fault
        await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** breaks))
      }
    }
  }

  private async create(): Promise<string> {
    const headers = { ...TUS, 'Upload-Length': String(this.file.size) }
    const answer = await ask(`${API}/files`, { method: 'POST', headers, signal: this.signal })
    return answer.headers.get('Location') ?? ''
  }

  private async look(where: string): Promise<number> {
    const answer = await ask(where, { method: 'HEAD', headers: TUS, signal: this.signal })
    return Number(answer.headers.get('Upload-Offset'))
  }

  private async append(where: string, offset: number): Promise<number> {
    const headers = {
      ...TUS,
      'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream',
    }
    const body = this.file.slice(offset, offset + PIECE_BYTES)
    const options = { method: 'PATCH', headers, body, signal: this.signal }
    const answer = await ask(where, options, PIECE_MS)
    return Number(answer.headers.get('Upload-Offset'))
  }

  private get signal(): AbortSignal {
    return this.stopped.signal
  }
}
