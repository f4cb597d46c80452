/** Why a call did not come about, as a word the citizen can be told. Pure. */

import type { Word } from './words'

/** HTTP status of the refused ticket; 0 when no answer came. */
export function ticketFault(status: number): Word {
  if (status === 429) return 'throttled'
  if (status === 0) return 'offline'
  return status === 503 ? 'busy' : 'failed'
}

/** JsSIP's cause of a failed call. */
export function callFault(cause: string): Word {
  switch (cause) {
    case 'Busy':
    case 'Unavailable':
      return 'busy'
    case 'Connection Error':
    case 'Request Timeout':
      return 'offline'
    case 'WebRTC Error':
      return 'failed'
    default:
      return 'failed'
  }
}
