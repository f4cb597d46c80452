/** The wallboard's language: Chinese first, English complete. */

import { translator } from '../../console/i18n/locale'
import { wallEn } from './wall.en'
import { wallZh, type Word } from './wall.zh'

export const t = translator<Word>(wallZh, wallEn)
export type { Word }

/** Whether there are words for this key: channels come from the server and may be newer than we are. */
export const isWord = (key: string): key is Word => key in wallZh
