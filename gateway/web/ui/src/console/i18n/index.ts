/** The console's language: Chinese first, English complete. */

import { locale, translator } from './locale'
import { en, zh, type Word } from './words'

export { fill, locale, setLocale, spoken, titled, type Locale } from './locale'
export type { Word }

export const t = translator<Word>(zh, en)

/** Whether there are words for this key: codes come from the server and may be newer than we are. */
export const isWord = (key: string): key is Word => key in zh

/** Names, one after the other. */
export const listed = (names: string[]): string => names.join(locale.value === 'en' ? ', ' : '、')

/** The words for a key that is put together from such a code, or what there is instead. */
export const said = (key: string, otherwise: string): string => (isWord(key) ? t(key) : otherwise)
