/**
 * A long list with one stop for Tab: arrows move within it. What can be stopped at has `data-stop`,
 * and stands in a line with `data-line`; up and down go by lines, left and right by stops.
 */

const STOP = '[data-stop]'
const LINE = '[data-line]'

const stops = (within: Element | null | undefined): HTMLElement[] => [
  ...(within?.querySelectorAll<HTMLElement>(STOP) ?? []),
]

/** Tab leads to somewhere: to the last stop, unless one was chosen. */
export function keepStop(box: HTMLElement | null): void {
  if (!box || box.querySelector(`${STOP}[tabindex="0"]`)) return
  stops(box).at(-1)?.setAttribute('tabindex', '0')
}

export function stopAt(box: HTMLElement, to: HTMLElement): void {
  for (const one of box.querySelectorAll(`${STOP}[tabindex="0"]`)) one.setAttribute('tabindex', '-1')
  to.setAttribute('tabindex', '0')
}

function target(box: HTMLElement, from: HTMLElement, key: string): HTMLElement | undefined {
  const line = from.closest(LINE)
  const lines = [...box.querySelectorAll(LINE)].filter((one) => one.querySelector(STOP))
  const at = line ? lines.indexOf(line) : -1
  const all = stops(box)
  switch (key) {
    case 'ArrowDown':
      return stops(lines[at + 1])[0]
    case 'ArrowUp':
      return at > 0 ? stops(lines[at - 1])[0] : undefined
    case 'ArrowRight':
      return all[all.indexOf(from) + 1]
    case 'ArrowLeft':
      return all[all.indexOf(from) - 1]
    case 'Home':
      return all[0]
    case 'End':
      return stops(lines.at(-1))[0]
    default:
      return undefined
  }
}

/** Moves the focus when a key asks for it. */
export function rove(box: HTMLElement | null, event: KeyboardEvent): void {
  const from = event.target
  if (!box || !(from instanceof HTMLElement) || event.ctrlKey || event.altKey) return
  const begins = from === box && event.key === 'ArrowUp'
  const to = begins ? stops(box).at(-1) : from.matches(STOP) ? target(box, from, event.key) : undefined
  if (!to) return
  event.preventDefault()
  to.focus()
}
