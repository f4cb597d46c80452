/** Only one tab of this browser may be the phone: a Web Lock, which ends with the tab by itself. */

import { shallowRef } from 'vue'

const NAME = 'softphone'
let release: (() => void) | null = null
let taken: () => void = () => undefined
export const owned = shallowRef(false)

/** What to do when another tab takes the phone from this one. */
export function whenTaken(act: () => void): void {
  taken = act
}

function hold(locks: LockManager, how: LockOptions): Promise<boolean> {
  return new Promise((decided) => {
    const held = locks.request(NAME, how, (lock) => {
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
    held.catch(() => {
      decided(false)
      if (!owned.value) return
      owned.value = false
      release = null
      taken()
    })
  })
}

/** True when this tab is the phone now. Waits for nobody; `steal` takes it from the tab that has it. */
export async function claimPhone(steal = false): Promise<boolean> {
  if (owned.value) return true
  const locks = navigator.locks as LockManager | undefined
  if (!locks) {
    owned.value = true // an insecure page has no locks, and no microphone either
    return true
  }
  return hold(locks, steal ? { steal: true } : { ifAvailable: true })
}

/** Resolves when no tab is the phone any more; rejects when `signal` is aborted. */
export async function phoneIsFree(signal: AbortSignal): Promise<void> {
  await navigator.locks.request(NAME, { signal }, () => undefined)
}

export function releasePhone(): void {
  owned.value = false
  release?.()
  release = null
}
