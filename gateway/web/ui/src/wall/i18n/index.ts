/** The wallboard's language: Chinese first, English complete. */

import { translator } from '../../console/i18n/locale'
import { wallEn } from './wall.en'
import { wallZh, type Word } from './wall.zh'

export const t = translator<Word>(wallZh, wallEn)
export type { Word }

const isWord = (key: string): key is Word => key in wallZh

/** The words for a key, or what there is instead: channels come from the server and may be newer than we are. */
export const said = (key: string, otherwise: string): string => (isWord(key) ? t(key) : otherwise)
