/** Which key does what, pure. */

export type KeyAct = 'answer' | 'hangup' | 'mute' | 'hold' | 'submit' | 'help'

export interface KeyPress {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  isComposing: boolean
  repeat: boolean
}

const PLAIN: Record<string, KeyAct> = { F2: 'answer', F4: 'hangup', F8: 'mute', F9: 'hold' }

/** What this key press asks for; `typing` is whether the focus is in a text field. */
export function actOf(press: KeyPress, typing: boolean): KeyAct | null {
  if (press.isComposing || press.repeat || press.altKey || press.metaKey) return null
  if (press.ctrlKey) return press.key === 'Enter' ? 'submit' : null
  if ((press.key === '?' || press.key === '？') && !typing) return 'help'
  return PLAIN[press.key] ?? null
}
