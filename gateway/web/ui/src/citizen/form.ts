/** Beside the form, which works without it: solves a puzzle when one is asked for, and says so. */

import { solve } from './chat/puzzle'

const form = document.querySelector<HTMLFormElement>('form[data-puzzle]')
const field = document.querySelector<HTMLInputElement>('#proof')
const button = form?.querySelector<HTMLButtonElement>('button[type=submit]')

if (form && field && button) {
  button.disabled = true
  void solve()
    .then((proof) => (field.value = proof))
    .catch(() => undefined)
    .finally(() => {
      button.disabled = false
      form.dataset.puzzle = field.value ? 'solved' : 'failed'
    })
}
document.getElementById('summary')?.focus()
