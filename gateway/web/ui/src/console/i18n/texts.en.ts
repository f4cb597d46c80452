import type { textsZh } from './texts.zh'

export const textsEn: Record<keyof typeof textsZh, string> = {
  'texts.heading': 'Short messages',
  'texts.button': 'Write an SMS',
  'texts.dialog': 'Short message to the caller',
  'texts.why': 'It goes to the number of this call, with the hotline’s signature in front. Receipts and answers stand with the call.',
  'texts.label': 'Text',
  'texts.placeholder': 'For example: Please bring your identity card to window 3 of the Chengdong service centre.',
  'texts.send': 'Send the SMS',
  'texts.cancel': 'Close',
  'texts.done': 'The SMS is on its way; its receipt will show here.',
  'texts.none': 'Nothing was written to this caller yet.',
  'texts.leaves_as': 'The citizen reads in front: {before}',
  'texts.answer': 'The citizen answered by SMS',
  'texts.answer_open': 'Open the conversation',
  'texts.answer_with': 'with {name}',
  'texts.answer_waits': 'in the line, offered first to who wrote',
  'texts.answer_hidden': 'Another operator has it; its words are not shown here.',
  'texts.to': 'Caller',
  'help.text': 'Write an SMS to the caller',
}
