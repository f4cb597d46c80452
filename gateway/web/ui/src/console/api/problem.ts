/** Problem details (RFC 9457) as one kind of error. */

export interface ProblemItem {
  pointer: string
  code: string
  zh: string
  en: string
}

/**
 * The gateway refused, or could not be reached.
 *
 * `status` is the HTTP status, 0 when no answer came; `code` never changes and chooses the words;
 * `title` is the gateway's own sentence in the language that was asked for.
 */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly items: ProblemItem[] = [],
    readonly retryAfterSeconds = 0,
  ) {
    super(code)
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function itemsOf(value: unknown): ProblemItem[] {
  if (!Array.isArray(value)) return []
  return value
    .filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
    .map((one) => ({
      pointer: text(one.pointer),
      code: text(one.code),
      zh: text(one.zh),
      en: text(one.en),
    }))
}

/** Any body, problem or not, as an ApiProblem. */
export function readProblem(status: number, body: unknown, retryAfter: string | null): ApiProblem {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const seconds = Number(retryAfter ?? fields.retry_after_seconds ?? 0)
  return new ApiProblem(
    status,
    text(fields.code) || `http-${status}`,
    text(fields.title),
    itemsOf(fields.errors),
    Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : 0,
  )
}
