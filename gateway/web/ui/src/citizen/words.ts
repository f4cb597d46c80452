/** What the citizen reads about their call. Short, plain, and it says what to do next. */

export const zh = {
  microphone: '请在弹出的提示中选择「允许」使用麦克风。',
  connecting: '接通中，请稍候…',
  talking: '通话中。排队时请听语音提示，不要挂断；话务员接听后请直接说话。',
  ended: '通话已结束。感谢您的来电。',
  muted: '您已静音，对方听不到您说话。',
  unmuted: '已取消静音。',
  shaky: '网络不稳定，正在尽力保持通话。',
  'no-microphone': '没有找到麦克风。请接好麦克风再试，或直接拨打 12345。',
  'permission-refused': '没有得到使用麦克风的许可。请在浏览器设置中允许本网站使用麦克风，或直接拨打 12345。',
  'microphone-busy': '麦克风正被其他程序占用。请关闭其他程序再试，或直接拨打 12345。',
  insecure: '当前网页地址不是安全连接，不能使用麦克风。请用 https 地址打开，或直接拨打 12345。',
  'no-webrtc': '这个浏览器不支持网页通话。请换一个浏览器，或直接拨打 12345。',
  busy: '线路正忙，请稍后再试，或直接拨打 12345。',
  throttled: '您尝试的次数太多，请过几分钟再试，或直接拨打 12345。',
  offline: '网络连接不上。请检查网络，或直接拨打 12345。',
  failed: '没有接通。请再试一次，或直接拨打 12345。',
  mute: '静音',
  unmute: '取消静音',
} as const

export type Word = keyof typeof zh

export const en: Record<Word, string> = {
  microphone: 'Please choose “Allow” when asked for the microphone.',
  connecting: 'Connecting, please wait…',
  talking:
    'Connected. While you wait, listen to the announcements and stay on the line; speak when the operator answers.',
  ended: 'The call has ended. Thank you for calling.',
  muted: 'You are muted; nobody hears you.',
  unmuted: 'You are no longer muted.',
  shaky: 'The network is unstable; trying to keep the call.',
  'no-microphone': 'No microphone was found. Connect one and try again, or dial 12345.',
  'permission-refused':
    'The microphone was not allowed. Allow it for this site in your browser settings, or dial 12345.',
  'microphone-busy': 'Another program uses the microphone. Close it and try again, or dial 12345.',
  insecure:
    'This page is not on a secure connection, so the microphone cannot be used. Open the https address, or dial 12345.',
  'no-webrtc': 'This browser cannot make calls. Try another browser, or dial 12345.',
  busy: 'All lines are busy. Please try again later, or dial 12345.',
  throttled: 'Too many tries. Please wait a few minutes, or dial 12345.',
  offline: 'No connection. Check your network, or dial 12345.',
  failed: 'The call did not go through. Please try again, or dial 12345.',
  mute: 'Mute',
  unmute: 'Unmute',
}

export const say = (word: Word): string =>
  (document.documentElement.lang === 'en' ? en : zh)[word]
