/** Which view is open: the part of the address after #. It never holds anything personal. */

import { ref } from 'vue'

export type View = 'desk' | 'line' | 'history' | 'words' | 'callbacks' | 'watch' | 'audit'
const VIEWS: readonly View[] = ['desk', 'line', 'history', 'words', 'callbacks', 'watch', 'audit']

const read = (): View => VIEWS.find((one) => window.location.hash === `#/${one}`) ?? 'desk'

export const view = ref<View>(read())

window.addEventListener('hashchange', () => {
  view.value = read()
})

export function go(to: View): void {
  if (view.value !== to) window.location.hash = `#/${to}`
}
