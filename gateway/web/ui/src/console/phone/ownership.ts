/** Only one tab of this browser may be the phone: a Web Lock, which ends with the tab by itself. */

import { shallowRef } from 'vue'

let release: (() => void) | null = null
export const owned = shallowRef(false)

/** True when this tab is the phone now. Waits for nobody. */
export async function claimPhone(): Promise<boolean> {
  if (owned.value) return true
  const locks = navigator.locks as LockManager | undefined
  if (!locks) {
    owned.value = true // an insecure page has no locks, and no microphone either
    return true
  }
  return new Promise((decided) => {
    void locks.request('softphone', { ifAvailable: true }, (lock) => {
      if (!lock) {
        decided(false)
        return undefined
      }
      owned.value = true
      decided(true)
      return new Promise<void>((end) => {
        release = end
      })
    })
  })
}

export function releasePhone(): void {
  owned.value = false
  release?.()
  release = null
}
