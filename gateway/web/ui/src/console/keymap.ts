/** Which key does what, pure. */

export type KeyAct =
  | 'answer' | 'hangup' | 'mute' | 'hold' | 'submit' | 'help'
  | 'next' | 'previous' | 'reply' | 'close' | 'accept' | 'known'
  | 'guest' | 'transfer' | 'emergency' | 'text' | 'undo'

export interface KeyPress {
  key: string
  /** Where the key sits: with Alt some keyboards write another character. */
  code?: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  shiftKey?: boolean
  isComposing: boolean
  repeat: boolean
}

const WITH_CTRL_ALT: Record<string, KeyAct> = {
  Digit3: 'guest', KeyT: 'transfer', KeyE: 'emergency', KeyM: 'text',
}

/** Where the focus is: in a text field, on something that has its own Enter, or on neither. */
export type Focus = 'typing' | 'control' | 'page'

const PLAIN: Record<string, KeyAct> = {
  F2: 'answer', F4: 'hangup', F8: 'mute', F9: 'hold', Escape: 'undo',
}
const WITH_ALT: Record<string, KeyAct> = {
  KeyJ: 'next', KeyK: 'previous', KeyL: 'reply', KeyE: 'close', KeyA: 'known',
}

/** What this key press asks for. */
export function actOf(press: KeyPress, focus: Focus): KeyAct | null {
  if (press.isComposing || press.repeat || press.metaKey) return null
  if (press.altKey) {
    if (press.shiftKey) return null
    if (press.ctrlKey) return WITH_CTRL_ALT[press.code ?? ''] ?? null
    return WITH_ALT[press.code || `Key${press.key.toUpperCase()}`] ?? null
  }
  if (press.ctrlKey) return press.key === 'Enter' ? 'submit' : null
  if ((press.key === '?' || press.key === '？') && focus !== 'typing') return 'help'
  if (press.key === 'Enter') return focus === 'page' && !press.shiftKey ? 'accept' : null
  return PLAIN[press.key] ?? null
}
