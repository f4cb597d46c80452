import type { marksZh } from './marks.zh'

export const marksEn: Record<keyof typeof marksZh, string> = {
  'pop.claim': 'The number as the line shows it, not verified: it may be forged',
  'flag.elder': 'Older person',
  'flag.direct': 'Straight to a person',
  'flag.care': 'Needs care',
  'flag.button': 'Mark',
  'flag.heading': "Mark the caller's number",
  'flag.why':
    'A mark stays with the number and is shown when it calls again. Older persons and numbers marked “straight to a person” hear no menu.',
  'flag.now': 'Present marks',
  'flag.kind': 'Kind',
  'flag.note': 'Note',
  'flag.note_hint': 'For example: hard of hearing, please speak slowly',
  'flag.days': 'For how long',
  'flag.for_good': 'For good',
  'flag.days_30': '30 days',
  'flag.days_90': '90 days',
  'flag.days_365': 'One year',
  'flag.until': 'until {date}',
  'flag.confirm': 'Save mark',
  'flag.close': 'Close',
  'flag.take_back': 'Take back',
  'flag.take_back_label': 'Take back the mark: {kind}',
  'flag.need_kind': 'Please choose a kind.',
  'flag.done': 'Marked: {kind}.',
  'flag.gone': 'Mark taken back: {kind}.',
}
