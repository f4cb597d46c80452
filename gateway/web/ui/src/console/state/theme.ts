/** Day or night colours: what was chosen here, else what the computer prefers, as it changes. */

import { ref } from 'vue'

const KEY = 'hotline.theme'
const preferred = window.matchMedia('(prefers-color-scheme: dark)')

function wanted(): boolean {
  const kept = localStorage.getItem(KEY)
  return kept ? kept === 'dark' : preferred.matches
}

export const dark = ref(wanted())

function show(): void {
  document.documentElement.classList.toggle('dark', dark.value)
}
show()

preferred.addEventListener('change', () => {
  dark.value = wanted()
  show()
})

export function setTheme(toDark: boolean): void {
  dark.value = toDark
  localStorage.setItem(KEY, toDark ? 'dark' : 'light')
  show()
}

export const toggleTheme = (): void => setTheme(!dark.value)
