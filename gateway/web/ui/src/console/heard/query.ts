/** What may be searched for. Pure. */

const [SHORTEST, LONGEST] = [2, 40]

/** Why the gateway would refuse to search for this; empty: it would not. Spaces make nothing longer. */
export function faultOf(text: string): '' | 'short' | 'long' {
  const count = [...text.replace(/\s+/g, '')].length
  if (count < SHORTEST) return 'short'
  return [...text.trim()].length > LONGEST ? 'long' : ''
}
