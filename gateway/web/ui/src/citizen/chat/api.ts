/** Requests of the chat's page, each with a limit; a refusal has the problem's code. */

import type { Events, Letter, Status } from './shapes'
import { english } from './words'

export const API = '/api/v1/chat'
const LIMIT_MS = 15_000
const WAIT_SECONDS = 25

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly why: string,
    readonly retrySeconds = 0,
  ) {
    super(code)
  }
}

/** An answer, or Refused: status 0 is no answer at all. */
export async function ask(
  path: string,
  options: RequestInit = {},
  limit = LIMIT_MS,
): Promise<Response> {
  const stop = new AbortController()
  const timer = window.setTimeout(() => stop.abort(), limit)
  options.signal?.addEventListener('abort', () => stop.abort())
  let answer: Response
  try {
    answer = await fetch(path, {
      ...options,
      credentials: 'same-origin',
      signal: stop.signal,
      headers: {
        Accept: 'application/json',
        'Accept-Language': english() ? 'en' : 'zh-CN',
        ...options.headers,
      },
    })
  } catch {
    throw new Refused(0, 'offline', '')
  } finally {
    window.clearTimeout(timer)
  }
  if (answer.ok) return answer
  const problem = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  const errors = Array.isArray(problem.errors) ? (problem.errors[0] as Record<string, string>) : {}
  const why = errors?.[english() ? 'en' : 'zh'] ?? String(problem.title ?? answer.status)
  const retry = Number(answer.headers.get('Retry-After') ?? 0)
  throw new Refused(answer.status, String(problem.code ?? ''), why, retry)
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

export async function begin(proof = ''): Promise<Status> {
  const answer = await ask(`${API}/session`, post({ proof }))
  return ((await answer.json()) as { status: Status }).status
}

/** Which conversation it is in. */
export async function send(letter: Letter): Promise<string> {
  const { cid, ...body } = letter
  const answer = await ask(`${API}/messages`, post(body, { 'Idempotency-Key': cid }))
  return ((await answer.json()) as { conv: string }).conv
}

export async function events(after: number, conv: string, stop?: AbortSignal): Promise<Events> {
  const query = `after=${after}&conv=${conv}&wait=${stop ? WAIT_SECONDS : 0}`
  const answer = await ask(`${API}/events?${query}`, { signal: stop }, 40_000)
  return (await answer.json()) as Events
}

export const seen = async (seq: number): Promise<unknown> =>
  ask(`${API}/seen`, post({ seq })).catch(() => undefined)

export const leave = async (): Promise<unknown> => ask(`${API}/leave`, post({}))
