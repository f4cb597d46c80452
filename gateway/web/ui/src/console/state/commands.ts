/** What the operator can do, one function each; refusals become notices. */

import { computed, reactive, ref, watch } from 'vue'
import * as calls from '../api/calls'
import type { Disposition } from '../api/types'
import { t } from '../i18n'
import { answer, hangUpLeg, setMuted, softphone } from '../phone/softphone'
import { drafts, dropDraft } from './drafts'
import { call, inTalk, seat } from './live'
import { sentence, tell, tellProblem } from './notices'
import { isPhone, keepMuted } from './phone'

export type Command =
  | 'answer' | 'hangup' | 'mute' | 'hold' | 'ready' | 'break' | 'signout' | 'submit' | 'extend'

/** Commands on their way: their buttons wait. */
export const busy = reactive(new Set<Command>())

async function once(command: Command, act: () => Promise<unknown>): Promise<boolean> {
  if (busy.has(command)) return false
  busy.add(command)
  try {
    await act()
    return true
  } catch (problem) {
    tellProblem(problem)
    return false
  } finally {
    busy.delete(command)
  }
}

/** The citizen may be sent to music and back by the hold button; with guests their modes say it. */
const holds = computed(() => call.value?.state === 'talking' || call.value?.state === 'held')
/** The seat's side was torn away; the citizen hears music until it is back. */
const lost = computed(() => call.value?.state === 'reconnecting')

/** Which commands make sense now. */
export const can = computed<Record<Command, boolean>>(() => {
  const mine = seat.value
  const state = mine?.state
  const rings = softphone.leg === 'ringing' || call.value?.state === 'offered'
  return {
    answer: mine?.phone === 'browser' && isPhone() && rings && softphone.leg !== 'talking',
    hangup: inTalk.value || lost.value || call.value?.state === 'offered' || softphone.leg === 'talking',
    mute: softphone.leg === 'talking',
    hold: holds.value,
    ready: state === 'not_ready' || state === 'wrapping_up',
    break: Boolean(mine),
    signout: state === 'not_ready' || state === 'ready' || state === 'wrapping_up',
    submit: Boolean(call.value) && call.value?.state !== 'offered',
    extend: state === 'wrapping_up',
  }
})

export function pickUp(): void {
  if (can.value.answer) answer()
}

/** Ends the call through the gateway; when it cannot be asked, by our own leg. */
export async function hangUp(): Promise<void> {
  if (!can.value.hangup) return
  const contact = call.value
  if (!contact || contact.state === 'ended') {
    hangUpLeg()
    return
  }
  if (busy.has('hangup')) return
  busy.add('hangup')
  try {
    await calls.callCommand(contact.contact_id, 'hang-up')
  } catch (problem) {
    if (softphone.leg === 'none') tellProblem(problem)
    else hangUpLeg()
  } finally {
    busy.delete('hangup')
  }
}

export function toggleMute(): void {
  if (!can.value.mute) return
  setMuted(!softphone.muted)
  keepMuted(softphone.muted ? (call.value?.line_id ?? '') : '')
}

export async function toggleHold(): Promise<void> {
  const contact = call.value
  if (!contact || !can.value.hold) return
  const what = contact.state === 'held' ? 'retrieve' : 'hold'
  await once('hold', () => calls.callCommand(contact.contact_id, what))
}

/** 示闲, out of a wrap-up too. */
export async function ready(): Promise<void> {
  if (!can.value.ready) return
  if (seat.value?.state === 'wrapping_up') await submit(false)
  else await once('ready', calls.makeReady)
}

export const takeBreak = (reason: string) => once('break', () => calls.takeBreak(reason))
export const signOut = () => once('signout', calls.signOut)
export const extendWrapUp = () =>
  once('extend', async () => {
    await calls.extendWrapUp()
    tell('info', t('wrap.extended'))
  })

/** Save what is in the draft of a contact; true when it was saved. */
export async function saveDraft(contactId: string): Promise<boolean> {
  const draft = drafts[contactId]
  if (!draft?.code) return false
  const value: Disposition = { ...draft }
  await calls.saveDisposition(contactId, value)
  // Words typed while it was on its way are a newer draft.
  const now = drafts[contactId]
  const same = now && now.code === value.code && now.note === value.note
  if (same && now.caller_name === value.caller_name) dropDraft(contactId)
  return true
}

/** Why the wrap-up was not submitted, shown in its panel. */
export const submitFault = ref('')
watch(() => call.value?.contact_id, () => {
  submitFault.value = ''
})

/**
 * Submit the wrap-up of the present call and finish it.
 *
 * `needCode` false lets a seat go on without a result: the draft stays and is asked for again.
 */
export async function submit(needCode = true): Promise<void> {
  const contact = call.value
  if (busy.has('submit') || contact?.state === 'offered') return
  submitFault.value = ''
  if (contact && needCode && !drafts[contact.contact_id]?.code && !contact.disposition?.code) {
    submitFault.value = t('wrap.need_code')
    return
  }
  busy.add('submit')
  try {
    if (contact && (await saveDraft(contact.contact_id)) && needCode) tell('info', t('wrap.saved'))
    if (seat.value?.state === 'wrapping_up') await calls.finishWrapUp()
  } catch (problem) {
    submitFault.value = sentence(problem)
    if (!contact) tellProblem(problem)
  } finally {
    busy.delete('submit')
  }
}
