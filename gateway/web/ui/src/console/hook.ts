/** What browser walks may read from outside. Nothing can be changed through it. */

import { lastSeq, online } from './state/live'
import { softphone } from './phone/softphone'

const view = Object.freeze({
  get lastSeq(): number {
    return lastSeq()
  },
  get online(): boolean {
    return online.value
  },
  get softphone(): { registration: string; leg: string; muted: boolean } {
    return { ...softphone }
  },
})

Object.defineProperty(window, '__hotline', { value: view })
