/** A socket of the push: first a ticket, which this login can use once, then the WebSocket. */

import { ask } from '../api/http'
import type { SocketLike } from './client'

const NO_TICKET = 0

interface Ticket {
  ticket: string
  seconds: number
}

export function open(path: string): SocketLike {
  let socket: WebSocket | null = null
  let unwanted = false
  let hear: (data: unknown) => void = () => undefined
  let end: (code: number) => void = () => undefined

  function connect({ ticket }: Ticket): void {
    if (unwanted) return
    const address = new URL(path, window.location.href)
    address.protocol = window.location.protocol === 'https:' ? 'wss:' : 'ws:'
    address.searchParams.set('ticket', ticket)
    socket = new WebSocket(address)
    socket.addEventListener('message', (event) => hear(event.data))
    socket.addEventListener('close', (event) => end(event.code))
  }

  ask<Ticket>('POST', 'live/ticket', {}).then(connect, () => {
    if (!unwanted) end(NO_TICKET)
  })
  return {
    heard: (act) => (hear = act),
    closed: (act) => (end = act),
    send(text) {
      if (!socket) throw new Error('not open yet')
      socket.send(text)
    },
    close() {
      unwanted = true
      socket?.close()
    },
  }
}
