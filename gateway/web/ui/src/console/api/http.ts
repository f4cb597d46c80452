/** One door to the HTTP API: JSON in, JSON out, every failure an ApiProblem, within 10 seconds unless said. */

import { locale } from '../i18n'
import { ApiProblem, readProblem } from './problem'

const LIMIT_MS = 10_000

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
let onLoggedOut: () => void = () => undefined

/** What happens when the gateway no longer knows who we are. */
export function whenLoggedOut(act: () => void): void {
  onLoggedOut = act
}

async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text()
  if (!text) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function answered<T>(path: string, init: RequestInit, limitMs: number): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(`/api/v1/${path}`, {
      ...init,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(limitMs),
    })
  } catch {
    throw new ApiProblem(0, 'offline', '')
  }
  const value = await bodyOf(answer)
  if (answer.ok) return value as T
  const problem = readProblem(answer.status, value, answer.headers.get('Retry-After'))
  if (answer.status === 401 && !path.startsWith('session')) onLoggedOut()
  throw problem
}

const accepts = (): Record<string, string> => ({
  Accept: 'application/json',
  'Accept-Language': locale.value,
})

/** Ask; `T` is what the API promises for this path. Raises ApiProblem. */
export async function ask<T>(method: Method, path: string, body?: object, limitMs = LIMIT_MS): Promise<T> {
  const headers = accepts()
  if (body) headers['Content-Type'] = 'application/json'
  return answered<T>(path, { method, headers, body: body ? JSON.stringify(body) : null, keepalive: method === 'DELETE' }, limitMs)
}

/** Send a file as it is. Raises ApiProblem. */
export async function send<T>(
  path: string,
  body: Blob,
  headers: Record<string, string>,
  limitMs: number,
): Promise<T> {
  return answered<T>(path, { method: 'POST', headers: { ...accepts(), ...headers }, body }, limitMs)
}
