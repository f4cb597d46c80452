/** Every word of the console, area by area. A new area: `<area>.zh.ts`, `<area>.en.ts`, a line here. */

import { callbacksEn } from './callbacks.en'
import { callbacksZh } from './callbacks.zh'
import { chatsEn } from './chats.en'
import { chatsZh } from './chats.zh'
import { conductEn } from './conduct.en'
import { conductZh } from './conduct.zh'
import { en as consoleEn } from './en'
import { guestsEn } from './guests.en'
import { guestsZh } from './guests.zh'
import { heardEn } from './heard.en'
import { heardZh } from './heard.zh'
import { handoversEn } from './handovers.en'
import { handoversZh } from './handovers.zh'
import { incidentEn } from './incident.en'
import { incidentZh } from './incident.zh'
import { leadersEn } from './leaders.en'
import { leadersZh } from './leaders.zh'
import { limitsEn } from './limits.en'
import { limitsZh } from './limits.zh'
import { marksEn } from './marks.en'
import { marksZh } from './marks.zh'
import { officeEn } from './office.en'
import { officeZh } from './office.zh'
import { phoneEn } from './phone.en'
import { phoneZh } from './phone.zh'
import { tagsEn } from './tags.en'
import { tagsZh } from './tags.zh'
import { zh as consoleZh } from './zh'

export const zh = { ...consoleZh, ...callbacksZh, ...chatsZh, ...conductZh, ...guestsZh, ...handoversZh, ...heardZh, ...incidentZh, ...leadersZh, ...limitsZh, ...marksZh, ...officeZh, ...phoneZh, ...tagsZh } as const
export type Word = keyof typeof zh
export const en: Record<Word, string> = { ...consoleEn, ...callbacksEn, ...chatsEn, ...conductEn, ...guestsEn, ...handoversEn, ...heardEn, ...incidentEn, ...leadersEn, ...limitsEn, ...marksEn, ...officeEn, ...phoneEn, ...tagsEn }
