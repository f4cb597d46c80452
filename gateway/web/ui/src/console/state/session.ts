/** Who works at the console: the login, with the push channel and the phone that hang on it. */

import { computed } from 'vue'
import { ended, has, setDuty } from './account'
import './chat-alert'
import { dropAllDrafts } from './drafts'
import { startLive, stopLive } from './live'
import { leavePhone } from './phone'
import { dropAllReplies } from './replies'
import { forgetTranscripts } from './transcripts'

export {
  boot, changePassword, has, logIn, loginEnded, logOut, me, options, present, reloadOptions, stage,
  type Stage,
} from './account'

export const takesCalls = computed(() => has('take_calls'))

setDuty({
  begin: () => startLive(ended),
  end: () => {
    stopLive()
    leavePhone()
  },
  forget: () => {
    dropAllDrafts()
    dropAllReplies()
    forgetTranscripts()
  },
})
