/** What happened, as sentences. Unknown kinds (a newer gateway) are shown by their name. */

import type { Fact } from '../api/types'
import { duration } from '../timers'
import { fill, isWord, locale, t } from '.'
import { CHAT_KINDS, CHAT_VALUES } from './chat-facts'
import { HEARD_KINDS, HEARD_VALUES } from './heard-facts'
import { PROMISE_KINDS, PROMISE_VALUES } from './promise-facts'

type Pair = readonly [zh: string, en: string]

const KINDS: Record<string, Pair> = {
  ...CHAT_KINDS,
  ...HEARD_KINDS,
  ...PROMISE_KINDS,
  misconduct_noted: ['记录不当行为', 'Misconduct was noted'],
  evidence_packed: ['导出证据包：{reason}', 'Evidence was exported: {reason}'],
  standing_moved: ['处置程序：{move}', 'Due process: {move}'],
  standing_told: ['已告知诉求人目前的处置', 'They were told of the measure'],
  staff_complaint_begun: ['诉求人投诉工作人员', 'The citizen complains about staff'],
  staff_complaint_named: ['补充登记被投诉的人', 'More people are concerned'],
  staff_complaint_followed: ['投诉工作人员的事项在本次接触继续', 'The complaint about staff goes on here'],
  staff_complaint_closed: ['投诉工作人员已办结', 'The complaint about staff was closed'],
  appeal_said: ['诉求人提出申诉', 'The citizen appealed'],
  call_arrived: ['来电到达 {did}（{origin}）', 'Call arrived at {did} ({origin})'],
  call_failed_open: ['语音流程未响应，直接转人工', 'Voice menu did not answer; sent to a person'],
  call_queued: ['进入「{queue}」，排第 {position} 位', 'Queued in {queue} at position {position}'],
  call_offered: ['向坐席 {seat} 振铃（{phone}）', 'Rang seat {seat} ({phone})'],
  pop_shown: ['坐席 {seat} 的屏幕已显示来电', 'Shown on the screen of seat {seat}'],
  offer_declined: ['坐席 {seat} 未接（{cause}），振铃 {ring_seconds}', 'Seat {seat} did not take it ({cause}) after ringing {ring_seconds}'],
  call_answered: ['坐席 {seat} 接听，来电人共等待 {wait_seconds}', 'Answered by seat {seat}; the caller waited {wait_seconds}'],
  emergency_tried: ['系统自动拨打紧急专线 {code}（中继 {trunk}）', 'The system dialled emergency line {code} (trunk {trunk})'],
  emergency_reached: ['紧急专线 {code} 已接听', 'Emergency line {code} answered'],
  emergency_failed: ['紧急专线 {code} 未接通（中继 {trunk}，原因 {cause}）', 'Emergency line {code} not reached (trunk {trunk}, cause {cause})'],
  call_held: ['通话保持', 'Put on hold'],
  call_retrieved: ['取回通话，保持了 {held_seconds}', 'Retrieved after {held_seconds} on hold'],
  call_timed_out: ['在「{queue}」等待超时，转兜底队列', 'Waited too long in {queue}; moved to the fallback queue'],
  call_left_queue: ['离开「{queue}」，等待 {wait_seconds}', 'Left {queue} after {wait_seconds}'],
  reach_asked: ['请求接入第三方', 'Somebody was asked for'],
  reach_undone: ['撤销接入请求', 'The request was undone'],
  reach_withdrawn: ['取消接入请求', 'The request was taken back'],
  reach_failed: ['没有人接入', 'Nobody could be brought in'],
  reach_verified: ['对方已核实接收', 'The other side has understood'],
  guest_called: ['呼叫第三方', 'A guest was dialled'],
  guest_rang: ['第三方振铃', 'The guest is being rung'],
  guest_failed: ['第三方未接入（{end}）', 'The guest did not come ({end})'],
  guest_joined: ['第三方接入（{mode}）', 'The guest is in ({mode})'],
  guest_moved: ['第三方改为{mode}', 'The guest takes part differently ({mode})'],
  guest_left: ['第三方离开', 'The guest left'],
  leg_muted: ['静音设置改变', 'Somebody was muted or unmuted'],
  seat_handed_over: ['坐席 {seat} 转交后离开', 'Seat {seat} handed over and left'],
  seat_took: ['坐席 {seat} 接管通话', 'Seat {seat} took the call'],
  call_parked: ['通话驻留', 'Parked'],
  call_transferred: ['转到「{queue}」', 'Transferred to {queue}'],
  call_listened: ['班长旁听（{mode}）', 'A supervisor listens ({mode})'],
  seat_forced: ['班长改变坐席 {seat} 的状态', 'A supervisor changed the state of seat {seat}'],
  recording_paused: ['暂停录音', 'Recording paused'],
  recording_resumed: ['继续录音', 'Recording goes on'],
  seat_left_call: ['坐席 {seat} 离开通话', 'Seat {seat} left the call'],
  operator_lost: ['坐席 {seat} 断线，来电人听音乐等候', 'Seat {seat} was cut off; the caller hears music'],
  operator_back: ['坐席 {seat} 重新接通，断开了 {lost_seconds}', 'Seat {seat} is back after {lost_seconds}'],
  call_abandoned: ['来电人在接通前挂断，等待 {wait_seconds}', 'Caller hung up before an answer after {wait_seconds}'],
  call_ended: ['通话结束（{side}），通话 {talk_seconds}', 'Call ended ({side}); talked {talk_seconds}'],
  call_lost: ['通话因故障中断，需要回拨', 'Call cut by a fault; a call back is due'],
  call_overflowed: ['线路全忙，没有接入（{told}）', 'All lines were busy; not taken ({told})'],
  callback_opened: ['记入待回拨（{reason}）', 'Listed to be called back ({reason})'],
  callback_done: ['已回拨（{reason}），等了 {waited_seconds}', 'Called back ({reason}) after {waited_seconds}'],
  callback_offered: ['请坐席 {seat} 回拨（{reason}）', 'Seat {seat} asked to call back ({reason})'],
  callback_lapsed: ['坐席 {seat} 没有回拨（{reason}）', 'Seat {seat} did not call back ({reason})'],
  callback_dialled: ['坐席 {seat} 回拨（{reason}）', 'Seat {seat} calls back ({reason})'],
  callback_try_failed: ['回拨未接通：{end}', 'Calling back came to nothing: {end}'],
  callback_given_up: ['拨了 {tries} 次未接通，不再自动回拨', 'Given up after {tries} calls'],
  voicemail_left: ['来电人留言', 'The caller left a message'],
  speech_chose: ['语音导航转到 {target}（{by}）', 'Spoken choice: {target} ({by})'],
  recording_started: ['开始录音', 'Recording started'],
  recording_stored: ['录音已保存', 'Recording stored'],
  disposition_recorded: ['填写小结：{code}', 'Wrap-up written: {code}'],
  seat_signed_in: ['坐席 {seat} 上线', 'Seat {seat} signed in'],
  seat_signed_out: ['坐席 {seat} 签出', 'Seat {seat} signed out'],
  seat_became_ready: ['坐席 {seat} 示闲', 'Seat {seat} became ready'],
  seat_took_break: ['坐席 {seat} 小休', 'Seat {seat} took a break'],
  seat_unreachable: ['坐席 {seat} 连不上', 'Seat {seat} could not be reached'],
  wrap_up_started: ['开始话后处理', 'Wrap-up started'],
  wrap_up_finished: ['话后处理完成', 'Wrap-up finished'],
  logged_in: ['从 {address} 登录', 'Logged in from {address}'],
  login_refused: ['从 {address} 登录，被拒绝', 'Login from {address} was refused'],
  logged_out: ['退出登录', 'Logged out'],
  number_revealed: ['查看了完整号码', 'Whole number was shown'],
  number_flagged: ['标记号码：{kind}', 'Number marked: {kind}'],
  number_unflagged: ['取消标记：{kind}', 'Mark taken back: {kind}'],
  recording_played: ['播放了录音', 'Recording was played'],
  contact_viewed: ['查看了记录', 'Record was opened'],
  operator_changed: ['账号：{what}（{role}）', 'Login: {what} ({role})'],
  plan_published: ['发布第 {revision} 版配置，{changes} 项改动', 'Published revision {revision} of the configuration, {changes} changes'],
  plan_undone: ['发布第 {revision} 版配置，撤销第 {undoes} 版', 'Published revision {revision} of the configuration, undoing {undoes}'],
  plan_drifted: ['电话系统与已发布的配置有 {differences} 处不一致', 'The telephone system differs from what was published in {differences} things'],
  audit_read: ['查看了审计', 'Audit was read'],
  source_banned: ['封禁 {source}：第 {times} 次，至 {until}', '{source} shut out until {until}, time {times}'],
  ban_lifted: ['解除封禁 {source}', '{source} let in again'],
  link_lost: ['与电话系统的连接断开', 'Link to the telephone system lost'],
  link_restored: ['与电话系统的连接恢复', 'Link to the telephone system restored'],
}

const VALUES: Record<string, Pair> = {
  ...CHAT_VALUES,
  ...HEARD_VALUES,
  ...PROMISE_VALUES,
  trunk: ['电话', 'telephone'],
  web: ['网页', 'web'],
  browser: ['电脑', 'browser'],
  desk: ['话机', 'desk phone'],
  no_answer: ['无人接听', 'no answer'],
  busy: ['占线', 'busy'],
  rejected: ['拒接', 'refused'],
  unreachable: ['连不上', 'unreachable'],
  withdrawn: ['已收回', 'withdrawn'],
  abandoned: ['来电人挂断', 'caller hung up'],
  timed_out: ['等待超时', 'waited too long'],
  left: ['转到别处', 'sent elsewhere'],
  cut: ['通话中断', 'call cut'],
  overflow: ['线路全忙', 'all lines busy'],
  voicemail: ['留言', 'message left'],
  word: ['说出关键词', 'by a key word'],
  key: ['按键', 'by a key'],
  missed: ['没有听懂', 'not understood'],
  deaf: ['识别不可用', 'nobody could hear'],
  person: ['人工', 'a person'],
  callback: ['告知会回拨', 'told that we call back'],
  later: ['请稍后再拨', 'asked to call later'],
  elder: ['老年人', 'older person'],
  direct: ['直接转人工', 'straight to a person'],
  care: ['需要关怀', 'needs care'],
  added: ['新建', 'created'],
  disabled: ['停用', 'disabled'],
  password: ['密码变更', 'new password'],
  'connection closed': ['连接关闭', 'connection closed'],
  'connection broken': ['连接中断', 'connection broken'],
  'cannot connect': ['连不上', 'cannot connect'],
  'no pong': ['没有应答', 'no answer'],
  'too slow': ['积压太多', 'too far behind'],
  closed: ['连接关闭', 'connection closed'],
  'login refused': ['登录被拒绝', 'login refused'],
  by_citizen: ['来电人挂机', 'caller hung up'],
  by_us: ['我方挂机', 'hung up by us'],
}

export type TitleOf = (what: 'queue' | 'disposition', code: string) => string

const say = (pair: Pair): string => pair[locale.value === 'en' ? 1 : 0]

function written(key: string, value: Fact['data'][string], titleOf: TitleOf): string {
  if (key.endsWith('_seconds')) return duration(Number(value))
  if (key === 'queue' || key === 'to_queue') return titleOf('queue', String(value)) || '–'
  if (key === 'code') return titleOf('disposition', String(value))
  const role = `role.${value}`
  if (key === 'role' && isWord(role)) return t(role)
  return said(value)
}

/** A value by itself: a known code in words, what people typed as it is. */
export function said(value: Fact['data'][string] | undefined): string {
  const known = VALUES[String(value)]
  return known ? say(known) : String(value ?? '')
}

/** One fact as a sentence in the present language. */
export function factSentence(fact: Fact, titleOf: TitleOf): string {
  const pair = KINDS[fact.kind]
  if (!pair) return fact.kind
  const words: Record<string, string> = { seat: fact.seat }
  for (const [key, value] of Object.entries(fact.data)) words[key] = written(key, value, titleOf)
  const side = VALUES[fact.data.by_citizen ? 'by_citizen' : 'by_us']
  if (side) words.side = say(side)
  return fill(say(pair), words).replace(/\{\w+\}/g, '–')
}

export const factKinds = (): string[] => Object.keys(KINDS)
