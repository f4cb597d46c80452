/** What happens in conversations, as sentences (see facts.ts). */

type Pair = readonly [zh: string, en: string]

export const CHAT_KINDS: Record<string, Pair> = {
  message_received: ['收到市民的消息', 'A message of the citizen came'],
  message_sent: ['发出回复（{route}）', 'A reply went out ({route})'],
  message_failed: ['回复没有送达（{code}）', 'A reply did not arrive ({code})'],
  notice_told: ['已向市民告知须知（{notice_id}）', 'The citizen was told the notice ({notice_id})'],
  chat_opened: ['会话开始', 'The conversation began'],
  chat_became_emergency: ['标为紧急', 'Became an emergency'],
  chat_waiting: ['市民开始等待答复', 'The citizen waits for a person from now on'],
  chat_offered: ['派给坐席 {seat}', 'Offered to seat {seat}'],
  chat_accepted: ['坐席 {seat} 接入', 'Accepted by seat {seat}'],
  chat_taken: ['坐席 {seat} 从列表领取', 'Taken from the list by seat {seat}'],
  chat_lapsed: ['坐席 {seat} 未接（{reason}），排回原次序', 'Seat {seat} did not take it ({reason}); back where it stood'],
  chat_withdrawn: ['派接收回（{reason}）', 'The offer was taken back ({reason})'],
  chat_released: ['放回队列（{reason}），次序不变', 'Back in the line ({reason}), where it stood'],
  chat_transferred: ['转交到「{to_queue}」', 'Transferred to {to_queue}'],
  chat_answered: ['坐席 {seat} 答复，市民等了 {waited_seconds}', 'Answered by seat {seat} after {waited_seconds}'],
  chat_closed: ['会话结束（{outcome}）', 'The conversation ended ({outcome})'],
  chat_viewed: ['查看了会话内容', 'The conversation was read'],
  attachment_viewed: ['查看了附件', 'A file was opened'],
  link_proposed: ['提出身份关联', 'A link of identities was proposed'],
  link_confirmed: ['确认身份关联', 'A link of identities was confirmed'],
  link_revoked: ['撤销身份关联', 'A link of identities was revoked'],
}

export const CHAT_VALUES: Record<string, Pair> = {
  reply: ['直接回复', 'as a reply'],
  notice: ['订阅通知', 'as a notification'],
  sms: ['短信', 'by SMS'],
  none: ['市民页面', 'on the citizen’s page'],
  lapsed: ['超时', 'time ran out'],
  declined: ['不接', 'declined'],
  silent: ['坐席无响应', 'the seat fell silent'],
  offline: ['坐席断线', 'the seat went offline'],
  signed_out: ['坐席签出', 'the seat signed out'],
  released: ['话务员放回', 'put back by the operator'],
  transfer: ['转交', 'transfer'],
  console_gone: ['坐席断线', 'the seat went offline'],
  call: ['坐席来电', 'a call came to the seat'],
  answered: ['已答复', 'answered'],
  unanswered: ['未答复', 'not answered'],
}
