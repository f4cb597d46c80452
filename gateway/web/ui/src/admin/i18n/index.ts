/** The admin's words: Chinese first, English complete. The login and the top line have the console's. */

import { translator } from '../../console/i18n/locale'
import { expertsEn } from './experts.en'
import { expertsZh } from './experts.zh'
import { fieldsEn } from './fields.en'
import { fieldsZh } from './fields.zh'
import { screensEn } from './screens.en'
import { screensZh } from './screens.zh'

const zh = { ...fieldsZh, ...screensZh, ...expertsZh } as const
export type Word = keyof typeof zh
const en: Record<Word, string> = { ...fieldsEn, ...screensEn, ...expertsEn }

export const t = translator<Word>(zh, en)
const isWord = (key: string): key is Word => key in zh

/** The sentence of a word that may not exist: names come from the gateway and may be newer than we are. */
export const said = (key: string, otherwise: string): string => (isWord(key) ? t(key) : otherwise)
