import type { phoneZh } from './phone.zh'

export const phoneEn: Record<keyof typeof phoneZh, string> = {
  'state.reconnecting': 'Reconnecting',
  'pop.reconnecting': 'Cut off, reconnecting',
  'bar.lost_time': 'Citizen hears music {time}',
  'banner.reconnecting':
    'The talk was cut. The citizen is still there and hears music; you are connected as soon as your phone is back. If that takes too long, another seat takes the call.',
  'banner.reconnecting_desk':
    'Your phone was cut off. The citizen is still there and hears music; your phone rings again once it is back, please pick up. If that takes too long, another seat takes the call.',
  'banner.console_gone':
    'Your page was away for more than 20 s, so you get no calls. Press Ready when you can take calls.',
  'reason.console_gone': 'Page away',
  'phone.other-computer':
    'Your phone was taken over on another computer or browser. You can take it back here.',
  'phone.take_over': 'Take the phone here',
}
