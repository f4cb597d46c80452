/** Something that is asked for again and again while its page is seen. */
import { onActivated, onDeactivated, onMounted, onUnmounted } from 'vue'

export interface Looks {
  /** Ask now; the next time is counted from the answer. */
  look: () => Promise<void>
  /** Whether the page is there. */
  there: () => boolean
}

/** Asks when the page comes and `everyMs` after each answer, not while the tab is hidden. */
export function useLooks(ask: () => Promise<void>, everyMs: number): Looks {
  let timer = 0
  let here = false

  async function look(): Promise<void> {
    window.clearTimeout(timer)
    if (!document.hidden) await ask()
    if (here) timer = window.setTimeout(look, everyMs)
  }
  function begin(): void {
    if (here) return
    here = true
    void look()
  }
  function end(): void {
    here = false
    window.clearTimeout(timer)
  }
  onMounted(begin)
  onActivated(begin)
  onDeactivated(end)
  onUnmounted(end)
  return { look, there: () => here }
}
