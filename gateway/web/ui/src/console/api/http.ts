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

/** Ask; `T` is what the API promises for this path. Raises ApiProblem. */
export async function ask<T>(method: Method, path: string, body?: object, limitMs = LIMIT_MS): Promise<T> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': locale.value,
  }
  if (body) headers['Content-Type'] = 'application/json'
  let answer: Response
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
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
