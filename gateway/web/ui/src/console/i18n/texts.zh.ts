/** Words about short messages to who called. */

export const textsZh = {
  'texts.heading': '短信',
  'texts.button': '发短信',
  'texts.dialog': '给来电人发短信',
  'texts.why': '发到本次来电的号码，系统自动加上热线签名；发送、回执和回复都记在这次来电下。',
  'texts.label': '短信内容',
  'texts.placeholder': '例如：请带身份证原件到城东社区服务中心 3 号窗口办理。',
  'texts.send': '发送短信',
  'texts.cancel': '关闭',
  'texts.done': '短信已交发送，回执会显示在这里。',
  'texts.none': '还没有给这位来电人发过短信。',
  'texts.leaves_as': '市民看到的开头：{before}',
  'texts.answer': '市民以短信回复',
  'texts.answer_open': '打开会话',
  'texts.answer_with': '由 {name} 接待',
  'texts.answer_waits': '正在排队，优先派给写短信的话务员',
  'texts.answer_hidden': '由其他话务员接待，内容不在这里显示。',
  'texts.to': '来电人',
  'help.text': '给来电人发短信',
} as const
