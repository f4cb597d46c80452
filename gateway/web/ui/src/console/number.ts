/** Telephone numbers as they are written on the screen, pure. */

/** What to search for: a receipt's number, or digits, and one leading +. Numbers are found whole, never by part. */
export function searchable(typed: string): string {
  const trimmed = typed.trim()
  if (/^R[0-9A-F]{4}([- ]?[0-9A-F]{4}){3}$/i.test(trimmed)) return trimmed.toUpperCase()
  const digits = trimmed.replace(/[^0-9]/g, '').slice(0, 20)
  return trimmed.startsWith('+') && digits ? `+${digits}` : digits
}

/** 138 0013 8000: grouped so that it can be read aloud; anything else stays as it is. */
export function grouped(number: string): string {
  return /^1[0-9*]{10}$/.test(number)
    ? `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}`
    : number
}
