/** Words for those who are to be called back. */
import type { callbacksZh } from './callbacks.zh'

export const callbacksEn: Record<keyof typeof callbacksZh, string> = {
  'nav.callbacks': 'Call back',
  'callbacks.heading': 'To be called back',
  'callbacks.why':
    'People who were cut off or could not be taken; who waits longest comes first. Looking at a number and crossing out are recorded for audit.',
  'callbacks.none': 'Nobody is to be called back.',
  'callbacks.since': 'Time',
  'callbacks.waits': 'Waits',
  'callbacks.number': 'Number',
  'callbacks.reason': 'Reason',
  'callbacks.act': 'Actions',
  'callbacks.reason.cut': 'The call was cut off',
  'callbacks.reason.overflow': 'All lines were busy',
  'callbacks.contact': 'Call record',
  'callbacks.done': 'Mark as called back',
  'callbacks.note': 'What became of it',
  'callbacks.example': 'For example: reached, the matter is registered',
  'callbacks.confirm': 'Called back',
  'callbacks.cancel': 'Cancel',
  'callbacks.thanks': 'Marked as called back.',
  'outcome.overflowed': 'Lines full',
  'wrap.cut': 'The call was cut off: the telephone system restarted; the citizen did not hang up.',
  'wrap.cut_listed': 'The citizen is on the list of those to be called back.',
  'wrap.cut_unlisted': 'There is no number to call, or somebody has called back.',
}
