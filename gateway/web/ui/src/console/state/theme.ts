/** Day or night colours: what was chosen here, else what the computer prefers. */

import { ref } from 'vue'

const KEY = 'hotline.theme'

function first(): boolean {
  const kept = localStorage.getItem(KEY)
  if (kept) return kept === 'dark'
  return window.matchMedia('(prefers-color-scheme: dark)').matches
}

export const dark = ref(first())

function show(): void {
  document.documentElement.classList.toggle('dark', dark.value)
}
show()

export function toggleTheme(): void {
  dark.value = !dark.value
  localStorage.setItem(KEY, dark.value ? 'dark' : 'light')
  show()
}
