/** What happens with experts and promises, as sentences (see facts.ts). */

type Pair = readonly [zh: string, en: string]

export const PROMISE_KINDS: Record<string, Pair> = {
  expert_changed: ['更改了专家名单（{what}）', 'The list of experts was changed ({what})'],
  experts_imported: ['导入专家 {count} 名', '{count} experts were imported'],
  promise_opened: ['作出回复承诺（{kind}）', 'An answer was promised ({kind})'],
  promise_due_soon: ['回复承诺即将到期（{kind}）', 'A promised answer is due soon ({kind})'],
  promise_overdue: ['回复承诺已逾期（{kind}）', 'A promised answer is overdue ({kind})'],
  incident_begun: ['发布突发事件通知（{queue}）', 'An incident was announced ({queue})'],
  incident_ended: ['突发事件通知结束（{queue}）', 'The announcement of an incident ended ({queue})'],
  leader_day_booked: ['预约领导接听日（坐席 {seat}，{begins}）', 'A leader’s day was booked (seat {seat}, {begins})'],
  leader_day_changed: ['修改领导接听日（坐席 {seat}，{begins}）', 'A leader’s day was changed (seat {seat}, {begins})'],
  leader_day_cancelled: ['取消领导接听日（坐席 {seat}，{begins}）', 'A leader’s day was called off (seat {seat}, {begins})'],
  promise_kept: ['兑现了回复承诺（{state}）', 'A promised answer was given ({state})'],
}

export const PROMISE_VALUES: Record<string, Pair> = {
  expert_callback: ['专家一个工作日内回电', 'call back by an expert within one working day'],
  focus: ['重点专席两小时内答复', 'special seat, within two hours'],
  kept: ['按时', 'in time'],
  late: ['逾期', 'late'],
  department: ['部门', 'department'],
}
