/** What may be searched for. Pure. */

const [SHORTEST, LONGEST] = [2, 40]

/** Why the gateway would refuse to search for this, spaces and punctuation apart; empty: it would not. */
export function faultOf(text: string): '' | 'short' | 'long' {
  const count = [...text.replace(/[\s\p{P}]+/gu, '')].length
  if (count < SHORTEST) return 'short'
  return count > LONGEST ? 'long' : ''
}
