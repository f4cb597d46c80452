/** What happens with what was heard, as sentences (see facts.ts). */

type Pair = readonly [zh: string, en: string]

export const HEARD_KINDS: Record<string, Pair> = {
  segment_heard: ['开始转写{party}的话（{source}）', 'Transcribed: {party} ({source})'],
  segment_corrected: ['更正了一句转写', 'A sentence of the transcript was corrected'],
  transcript_viewed: ['查看了转写', 'The transcript was read'],
  transcript_watched: ['跟看了通话转写', 'The transcript was followed live'],
  original_revealed: ['查看了遮盖的原文', 'Hidden words were shown'],
  words_searched: ['检索了通话和消息，找到 {found} 处', 'Calls and messages were searched, {found} places found'],
  alarm_raised: ['紧急词「{word}」', 'Emergency word “{word}”'],
  alarm_seen: ['已知悉紧急词「{word}」', 'The emergency word “{word}” is known'],
  special_task_raised: ['专项任务（{to}）：「{word}」', 'Special task of {to}: “{word}”'],
  handover_made: ['向{line}发送数据包', 'Data packet for {line}'],
  handover_taken: ['{line}已签收，对方编号 {their_id}', '{line} has taken the packet, their number {their_id}'],
  handover_refused: ['{line}未签收数据包（{fault}），将继续重试', '{line} did not take the packet ({fault}), tried again'],
  handover_ordered: ['{line}警单 {their_id}：{order}', 'Order {their_id} of {line}: {order}'],
  handovers_compared: ['{line} {day} 对账：差异 {difference}', '{line} {day} compared: difference {difference}'],
  lines_checked: ['专线检查 {line}：{result}', 'Line {line} checked: {result}'],
  contact_confidential: ['更改了保密', 'Confidentiality was changed'],
  voicemail_left: ['留下语音留言', 'Left a voice message'],
  speech_chose: ['说话选择了去向', 'Chose by speaking'],
  data_shredded: ['保存期已满，销毁{class}（{count} 项）', '{class} destroyed as their time was over ({count})'],
}

export const HEARD_VALUES: Record<string, Pair> = {
  citizen: ['市民', 'citizen'],
  seat: ['坐席', 'operator'],
  expert: ['专家', 'expert'],
  dispatcher: ['调度', 'dispatcher'],
  live: ['实时', 'live'],
  recording: ['录音', 'recording'],
  message: ['语音消息', 'voice message'],
  voicemail: ['语音留言', 'voicemail'],
  received: ['已接收', 'received'],
  dispatched: ['已派警', 'dispatched'],
  returned: ['已退回', 'returned'],
  recordings: ['录音', 'Recordings'],
  transcripts: ['转写', 'Transcripts'],
  messages: ['消息', 'Messages'],
}
