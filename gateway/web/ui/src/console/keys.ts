/** Listens for the keys of the call bar, in every view. */

import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { actOf, type KeyAct } from './keymap'

function typingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.tagName === 'TEXTAREA') return true
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type)
}

/** The keys are those of the call bar: where `takesCalls` is false, the browser keeps them. */
export function useKeys(takesCalls: Ref<boolean>, acts: Record<KeyAct, () => void>): void {
  const press = (event: KeyboardEvent): void => {
    if (!takesCalls.value) return
    const act = actOf(event, typingIn(event.target))
    if (!act) return
    // A dialog has its own thing to submit.
    const inDialog = event.target instanceof Element && event.target.closest('[role=dialog]')
    if (act === 'submit' && inDialog) return
    event.preventDefault()
    acts[act]()
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => window.removeEventListener('keydown', press))
}
