/** The citizen's call button. The page works without this script; only the call needs it. */

import './citizen.css'
import './form.css'
import './in-call.css'
import { CitizenPhone, type Stage } from './phone'
import { say } from './words'

function byId<T extends HTMLElement>(id: string): T | null {
  return document.getElementById(id) as T | null
}

/** The bigger letters, also on a page that was made without knowing of them. */
function enlarge(): void {
  if (new URLSearchParams(window.location.search).get('elder') !== '1') return
  document.documentElement.classList.add('elder')
  const other = document.querySelector<HTMLAnchorElement>('a.to-lang')
  const address = other && new URL(other.href)
  address?.searchParams.set('elder', '1')
  if (other && address) other.href = address.href
}

function clock(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
}

function start(): void {
  const button = byId<HTMLButtonElement>('call')
  const status = byId('status')
  const panel = byId('in-call')
  const hangup = byId<HTMLButtonElement>('hangup')
  const muteButton = byId<HTMLButtonElement>('mute')
  const audio = byId<HTMLAudioElement>('remote-audio')
  const time = byId('time')
  if (!button || !status || !panel || !hangup || !muteButton || !audio || !time) return

  let muted = false
  let ticker = 0

  const showMute = (): void => {
    muteButton.textContent = say(muted ? 'unmute' : 'mute')
    muteButton.setAttribute('aria-pressed', String(muted))
  }
  const count = (): void => {
    const began = Date.now()
    time.textContent = clock(0)
    ticker = window.setInterval(() => {
      time.textContent = clock(Math.floor((Date.now() - began) / 1000))
    }, 1000)
  }
  const show = (stage: Stage): void => {
    document.body.dataset.call = stage
    status.dataset.state = stage
    const running = stage === 'connecting' || stage === 'talking'
    button.hidden = running
    panel.hidden = !running
    window.clearInterval(ticker)
    if (stage === 'connecting') {
      muted = false
      showMute()
      time.textContent = ''
      hangup.focus()
    }
    if (stage === 'talking') count()
    if (stage === 'ended') button.focus()
  }
  const phone = new CitizenPhone(audio, {
    stage: show,
    say: (word) => {
      status.textContent = say(word)
    },
  })

  button.hidden = false
  button.addEventListener('click', () => void phone.call())
  hangup.addEventListener('click', () => phone.hangUp())
  muteButton.addEventListener('click', () => {
    muted = !muted
    phone.mute(muted)
    showMute()
    status.textContent = say(muted ? 'muted' : 'unmuted')
  })
  for (const key of document.querySelectorAll<HTMLButtonElement>('[data-tone]'))
    key.addEventListener('click', () => phone.press(key.dataset.tone ?? ''))
  window.addEventListener('pagehide', () => phone.hangUp())
}

enlarge()
start()
