/** Listens for the keys of the call bar and of the conversations, in every view. */

import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { actOf, type Focus, type KeyAct } from './keymap'

const OWN_ENTER = 'a[href], button, input, select, summary, audio, video, [role=option], [role=menuitem], [role=dialog]'

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target.isContentEditable || target.tagName === 'TEXTAREA') return 'typing'
  if (target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'file'].includes(target.type))
    return 'typing'
  return target.closest(OWN_ENTER) ? 'control' : 'page'
}

/** What a key does; false: nothing now, the browser may have it. */
export type Acts = Record<KeyAct, () => boolean | void>

/** The keys are those of the call bar: where `takesCalls` is false, the browser keeps them. */
export function useKeys(takesCalls: Ref<boolean>, acts: Acts): void {
  const press = (event: KeyboardEvent): void => {
    if (!takesCalls.value || event.defaultPrevented) return
    const act = actOf(event, focusOf(event.target))
    if (!act) return
    // A dialog has its own thing to submit.
    const inDialog = event.target instanceof Element && event.target.closest('[role=dialog]')
    if (act === 'submit' && inDialog) return
    if (acts[act]() !== false) event.preventDefault()
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => window.removeEventListener('keydown', press))
}
