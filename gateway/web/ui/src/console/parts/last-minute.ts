/** A wrap-up that runs out must not lose what was written: it is saved just before, if it can be. */

import { watch, type Ref } from 'vue'
import { saveDraft } from '../state/commands'

const SECONDS = 2

export function useLastMinuteSave(contactId: () => string, left: Ref<number | null>): void {
  watch(left, (now, before) => {
    const due = now !== null && now <= SECONDS && (before === null || before === undefined || before > SECONDS)
    // Without a result it cannot be saved; then the draft stays and the banner asks for it.
    if (due) void saveDraft(contactId()).catch(() => undefined)
  })
}
