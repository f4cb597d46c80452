/** Who works at the console: the login, with the push channel and the phone that hang on it. */

import { computed } from 'vue'
import { ended, has, setDuty } from './account'
import { forgetAlarms } from './alarms'
import './chat-alert'
import { dropAllDrafts } from './drafts'
import { forgetHeard } from './heard'
import { startLive, stopLive } from './live'
import { leavePhone } from './phone'
import { dropAllReplies } from './replies'
import { dropAllTexts } from './texting'
import { forgetTranscripts } from './transcripts'
import { stopWatching } from './watching'

export {
  boot, changePassword, has, logIn, loginEnded, logOut, me, options, present, reloadOptions, stage,
  type Stage,
} from './account'

export const takesCalls = computed(() => has('take_calls'))

setDuty({
  begin: () => startLive(ended),
  end: () => {
    stopWatching()
    stopLive()
    leavePhone()
  },
  forget: () => {
    dropAllDrafts()
    dropAllReplies()
    dropAllTexts()
    forgetTranscripts()
    forgetHeard()
    forgetAlarms()
  },
})
