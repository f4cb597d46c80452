/** A call that was torn away and comes back to this seat: the only one a phone answers by itself. Pure. */

import type { CallView } from '../api/types'

/** The header by which the telephone system says that it calls a lost seat again. */
export const AGAIN = 'X-Hotline-Again'

/**
 * Whether the microphone may open without a click: the INVITE must name the very call that the
 * gateway shows at this seat, and that call must be waiting for us.
 */
export function answersByItself(named: string, call: CallView | null): boolean {
  return named !== '' && call?.state === 'reconnecting' && call.line_id === named
}
