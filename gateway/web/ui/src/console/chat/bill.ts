/** What a short message costs before it is sent, as carriers in China count. Pure. */

import type { Billed } from '../api/chat-types'

export const SINGLE_UNITS = 70
export const PART_UNITS = 67

/** How many parts leave: units of UTF-16, no character cut in two (as channels/sms_text.py cuts). */
export function partsOf(text: string): number {
  if (text.length <= SINGLE_UNITS) return 1
  let parts = 1
  let units = 0
  for (const one of text) {
    if (units + one.length > PART_UNITS) {
      parts += 1
      units = 0
    }
    units += one.length
  }
  return parts
}

export interface Bill {
  parts: number
  /** Yuan, as people write them; empty when no price is known. */
  yuan: string
}

/** The whole of it, with what leaves around every text; nothing to send costs nothing. */
export function billOf(text: string, billed: Billed | null): Bill | null {
  if (!billed || !text.trim()) return null
  const said = text.trim()
  const around = said.startsWith(billed.before) ? said : billed.before + said
  const parts = partsOf(around + billed.behind)
  const mils = parts * billed.mils
  return { parts, yuan: mils ? (mils / 1000).toFixed(3).replace(/0$/, '') : '' }
}
