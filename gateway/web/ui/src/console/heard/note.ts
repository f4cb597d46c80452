/** A sentence put into a note. Pure. */

export interface Note {
  text: string
  /** Where the cursor stands behind it. */
  cursor: number
}

/**
 * The note with `words` instead of what is marked. At the end of what is written they begin a line
 * of their own: nothing that was said runs into something else.
 */
export function withWords(note: string, from: number, to: number, words: string): Note {
  const [before, after] = [note.slice(0, from), note.slice(to)]
  const line = !after.trim() && before.trim() && !before.endsWith('\n') ? '\n' : ''
  const put = `${line}${words}`
  return { text: `${before}${put}${after}`, cursor: before.length + put.length }
}
