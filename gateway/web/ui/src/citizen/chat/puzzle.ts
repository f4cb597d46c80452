/** Solves a proof of work (altcha version 2, PBKDF2) with the browser's own cryptography. */

import { API, ask } from './api'

interface Puzzle {
  parameters: {
    cost: number
    nonce: string
    salt: string
    keyLength: number
    keyPrefix: string
  }
  signature: string
}

const MOST_TRIES = 100_000

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16))
}

const hex = (raw: ArrayBuffer): string =>
  Array.from(new Uint8Array(raw), (one) => one.toString(16).padStart(2, '0')).join('')

/** The answer to a fresh puzzle, or empty where the browser cannot (no https). */
export async function solve(): Promise<string> {
  if (!window.crypto?.subtle) return ''
  const puzzle = (await (await ask(`${API}/puzzle`)).json()) as Puzzle
  const { cost, nonce, salt, keyLength, keyPrefix } = puzzle.parameters
  const began = Date.now()
  const head = bytes(nonce)
  const password = new Uint8Array(head.length + 4)
  password.set(head)
  const counterPart = new DataView(password.buffer)
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost }
  for (let counter = 0; counter < MOST_TRIES; counter++) {
    counterPart.setUint32(head.length, counter)
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const derivedKey = hex(await crypto.subtle.deriveBits(derivation, key, keyLength * 8))
    if (!derivedKey.startsWith(keyPrefix)) continue
    const solution = { counter, derivedKey, time: Date.now() - began }
    return btoa(JSON.stringify({ challenge: puzzle, solution }))
  }
  return ''
}
