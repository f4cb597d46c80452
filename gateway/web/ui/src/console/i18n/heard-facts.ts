/** What happens with what was heard, as sentences (see facts.ts). */

type Pair = readonly [zh: string, en: string]

export const HEARD_KINDS: Record<string, Pair> = {
  segment_heard: ['听到一句话', 'A sentence was heard'],
  segment_corrected: ['更正了一句转写', 'A sentence of the transcript was corrected'],
  transcript_viewed: ['查看了转写', 'The transcript was read'],
  transcript_watched: ['跟看了通话转写', 'The transcript was followed live'],
  original_revealed: ['查看了遮盖的原文', 'Hidden words were shown'],
  words_searched: ['检索了通话和消息', 'Calls and messages were searched'],
  alarm_raised: ['紧急词「{word}」', 'Emergency word “{word}”'],
  alarm_seen: ['已知悉紧急词「{word}」', 'The emergency word “{word}” is known'],
  contact_confidential: ['更改了保密', 'Confidentiality was changed'],
  voicemail_left: ['留下语音留言', 'Left a voice message'],
  speech_chose: ['说话选择了去向', 'Chose by speaking'],
  data_shredded: ['按保存期限销毁数据', 'Data was destroyed as its time was over'],
}
