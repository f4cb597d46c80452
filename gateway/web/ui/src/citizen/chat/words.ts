/** What the citizen reads in the chat. Short, plain, and it says what to do next. */

export const zh = {
  none: '请写下您的问题，话务员会在这里回复您。',
  waiting: '已收到，正在为您安排话务员。',
  position: '您排在第 {n} 位。',
  wait: '大约还要等 {n} 分钟。',
  soon: '马上就到您。',
  open: '{name} 正在与您对话。',
  closed: '本次会话已结束。还有问题请直接再写。',
  lost: '网络断开，正在重新连接…您写的内容不会丢。',
  sending: '发送中…',
  unsent: '还没有发出去，联网后自动重发。',
  refused: '没有发出去：{why}',
  you: '您',
  hotline: '12345 热线',
  throttled: '发得太快了，请稍等一会儿再发；急事请拨打 {phone}。',
  puzzle: '访问的人较多，正在验证，请稍候…',
  blocked: '现在不能开始网上会话，请稍后再试，或直接拨打 {phone}。',
  away: '系统暂时没有回应，正在重试；急事请拨打 {phone}。',
  uploading: '正在上传 {n}%',
  uploaded: '已上传',
  broken: '上传没有成功：{why}',
  large: '文件太大，最多 200 MB。',
  many: '一次最多 9 个文件。',
  remove: '去掉',
  file: '文件',
  image: '图片',
  voice: '语音',
  video: '视频',
  pending: '（正在处理）',
  bad: '（无法显示）',
  record: '语音',
  stop: '停止并附上（{n} 秒）',
  microphone: '没有得到使用麦克风的许可。',
  leave: '结束这次会话吗？',
} as const

export type Word = keyof typeof zh

export const en: Record<Word, string> = {
  none: 'Write your question; an operator will answer here.',
  waiting: 'We have your message and are finding an operator.',
  position: 'You are number {n} in line.',
  wait: 'It takes about {n} more minutes.',
  soon: 'It is your turn in a moment.',
  open: '{name} is with you.',
  closed: 'This conversation is closed. Write again if there is more.',
  lost: 'The network is gone, connecting again… What you wrote is not lost.',
  sending: 'Sending…',
  unsent: 'Not sent yet; it goes out when the network is back.',
  refused: 'Not sent: {why}',
  you: 'You',
  hotline: '12345 hotline',
  throttled: 'That is too fast; please wait a moment. For anything urgent dial {phone}.',
  puzzle: 'Many people are here; checking, please wait…',
  blocked: 'No chat can begin just now. Try again later, or dial {phone}.',
  away: 'The system does not answer, trying again. For anything urgent dial {phone}.',
  uploading: 'Uploading {n}%',
  uploaded: 'Uploaded',
  broken: 'The upload failed: {why}',
  large: 'The file is too large: at most 200 MB.',
  many: 'At most 9 files at once.',
  remove: 'Remove',
  file: 'File',
  image: 'Picture',
  voice: 'Voice',
  video: 'Video',
  pending: '(being prepared)',
  bad: '(cannot be shown)',
  record: 'Voice',
  stop: 'Stop and attach ({n} s)',
  microphone: 'The microphone was not allowed.',
  leave: 'End this conversation?',
}

export const english = (): boolean => document.documentElement.lang === 'en'

export function say(word: Word, values: Record<string, string | number> = {}): string {
  const text: string = (english() ? en : zh)[word]
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
