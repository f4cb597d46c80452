/** Files chosen for the next message: uploaded at once, so that sending takes no time. */

import { Refused } from './api'
import { element } from './paint'
import { Upload } from './upload'
import { say } from './words'

const MOST_FILES = 9
const MOST_BYTES = 200 * 1024 * 1024

interface Chosen {
  id: string
  name: string
  type: string
  row: HTMLLIElement
  upload: Upload
}

export class Files {
  private chosen: Chosen[] = []

  constructor(
    private readonly list: HTMLElement,
    private readonly fault: (text: string) => void,
    private readonly changed: () => void,
  ) {}

  get waiting(): boolean {
    return this.chosen.some((one) => !one.id)
  }

  get some(): boolean {
    return this.chosen.length > 0
  }

  add(file: File): void {
    if (this.chosen.length >= MOST_FILES) return this.fault(say('many'))
    if (file.size > MOST_BYTES) return this.fault(say('large'))
    const row = element('li')
    const how = element('span', say('uploading', { n: 0 }), 'hint')
    const away = element('button', say('remove'), 'plain')
    away.type = 'button'
    away.setAttribute('aria-label', `${say('remove')} ${file.name}`)
    row.append(element('span', file.name), ' ', how, ' ', away)
    const upload = new Upload(file, (n) => (how.textContent = say('uploading', { n })))
    const one: Chosen = { id: '', name: file.name, type: file.type, row, upload }
    this.chosen.push(one)
    this.list.append(row)
    away.addEventListener('click', () => this.remove(one))
    void upload
      .run()
      .then((id) => {
        one.id = id
        how.textContent = say('uploaded')
        row.dataset.state = 'whole'
      })
      .catch((fault: unknown) => {
        if (!this.chosen.includes(one)) return
        this.remove(one)
        this.fault(say('broken', { why: fault instanceof Refused ? fault.why : '' }))
      })
      .finally(() => this.changed())
    this.changed()
  }

  /** What is whole, for a message; the list is empty after. */
  take(): { files: string[]; file_names: string[]; file_types: string[] } {
    const whole = this.chosen.filter((one) => one.id)
    for (const one of whole) one.row.remove()
    this.chosen = this.chosen.filter((one) => !one.id)
    return {
      files: whole.map((one) => one.id),
      file_names: whole.map((one) => one.name.slice(-200)),
      file_types: whole.map((one) => one.type.slice(0, 100)),
    }
  }

  private remove(one: Chosen): void {
    one.upload.stop()
    one.row.remove()
    this.chosen = this.chosen.filter((other) => other !== one)
    this.changed()
  }
}
