/** The wallboard's language: Chinese first, English complete. */

import { translator } from '../../console/i18n/locale'
import { wallEn } from './wall.en'
import { wallZh, type Word } from './wall.zh'

export const t = translator<Word>(wallZh, wallEn)
export type { Word }
