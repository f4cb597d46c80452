/** Messages on the page. Whatever anybody wrote is text, never markup. */

import type { ChatFile, Message, Status } from './shapes'
import { english, say } from './words'

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text = '',
  className = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  if (text) made.textContent = text
  if (className) made.className = className
  return made
}

function clock(at: string): string {
  const time = new Date(at)
  return time.toLocaleTimeString(english() ? 'en' : 'zh-CN', { hour: '2-digit', minute: '2-digit' })
}

function file(one: ChatFile): HTMLElement {
  const name = one.name || say(one.kind)
  if (!one.url) {
    const bad = one.state === 'refused' || one.state === 'failed'
    return element('p', `${name} ${say(bad ? 'bad' : 'pending')}`, 'hint')
  }
  if (one.kind === 'image') {
    const picture = element('img')
    picture.src = one.url
    picture.alt = name
    picture.loading = 'lazy'
    return picture
  }
  if (one.kind === 'voice' || one.kind === 'video') {
    const player = element(one.kind === 'voice' ? 'audio' : 'video')
    player.controls = true
    player.preload = 'metadata'
    player.src = one.url
    player.setAttribute('aria-label', name)
    return player
  }
  const link = element('a', name)
  link.href = one.url
  link.setAttribute('download', '')
  return link
}

export function painted(one: Message): HTMLLIElement {
  const item = element('li', '', one.who)
  item.dataset.seq = String(one.seq)
  const name = one.who === 'citizen' ? say('you') : one.operator_name || say('hotline')
  const head = element('p', `${name} `, 'who')
  const time = element('time', clock(one.at))
  time.dateTime = one.at
  head.append(time)
  item.append(head)
  if (one.text) item.append(element('p', one.text, 'words'))
  for (const each of one.files) item.append(file(each))
  return item
}

/** What is said above the conversation about how it stands. */
export function told(status: Status): string {
  if (status.state === 'open') return say('open', { name: status.operator_name || '12345' })
  if (status.state !== 'waiting') return say(status.state)
  const parts = [say('waiting')]
  if (status.position !== null) parts.push(say('position', { n: status.position }))
  const minutes = Math.ceil((status.expected_wait_seconds ?? 0) / 60)
  if (status.expected_wait_seconds !== null)
    parts.push(minutes > 0 ? say('wait', { n: minutes }) : say('soon'))
  return parts.join(english() ? ' ' : '')
}
