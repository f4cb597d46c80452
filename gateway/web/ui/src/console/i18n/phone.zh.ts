/** A phone that was cut off, or is in another window. */
export const phoneZh = {
  'state.reconnecting': '正在重新接通',
  'pop.reconnecting': '通话断开，正在重新接通',
  'bar.lost_time': '市民听音乐 {time}',
  'banner.reconnecting':
    '通话断开了，市民没有挂断，正在听音乐。话机连上后会自动接通；一直连不上，将转给其他坐席。',
  'banner.reconnecting_desk':
    '话机断开了，市民没有挂断，正在听音乐。话机恢复后会再次振铃，请接起；一直未接，将转给其他坐席。',
  'banner.console_gone': '您的页面断开超过 20 秒，已停止派来电。准备好后请点「示闲」。',
  'reason.console_gone': '页面断开',
  'phone.other-computer': '电话已在另一台电脑或另一个浏览器接管。需要时可以在这里重新接管。',
  'phone.take_over': '在此接管电话',
} as const
