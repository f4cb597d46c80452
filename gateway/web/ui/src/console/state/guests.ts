/** What an operator does with the guests of their call; refusals become notices. */

import { computed, ref, shallowRef, watch } from 'vue'
import * as guests from '../api/guests'
import type { Directory, GuestMode, Wish } from '../api/guest-types'
import { dispatchersIn, leaveBar, present } from '../handover/who-hears'
import { t } from '../i18n'
import { call } from './live'
import { tell, tellProblem } from './notices'

export const here = computed(() => present(call.value?.guests ?? []))
export const reach = computed(() => call.value?.reach ?? null)
export const reaching = computed(() => reach.value?.state === 'undo' || reach.value?.state === 'trying')
const reaches = computed(() => call.value?.reaches ?? [])
/** The emergency lines that are in this call: each is asked for by itself whether it has understood. */
export const dispatched = computed(() => dispatchersIn(reaches.value))
export const cannotLeave = computed(() => leaveBar(here.value, reaches.value))

/** Which picker is open, over what is being done. */
export const picking = ref<'' | 'guest' | 'transfer'>('')
export const emergencyOpen = ref(false)
watch(() => call.value?.contact_id, () => {
  picking.value = ''
  emergencyOpen.value = false
})

export const directory = shallowRef<Directory | null>(null)
export async function readDirectory(): Promise<void> {
  directory.value = await guests.directory()
}

export const doing = ref(false)
async function once(act: (contact: string) => Promise<unknown>, done = ''): Promise<boolean> {
  const contact = call.value?.contact_id
  if (!contact || doing.value) return false
  doing.value = true
  try {
    await act(contact)
    if (done) tell('info', done)
    return true
  } catch (problem) {
    tellProblem(problem)
    return false
  } finally {
    doing.value = false
  }
}

export const ask = (wish: Wish) => once((contact) => guests.reach(contact, wish))
export const undo = () => once((contact) => guests.reachCommand(contact, 'undo'))
export const withdraw = () => once((contact) => guests.reachCommand(contact, 'withdraw'))
export const verified = (reach: string) =>
  once((contact) => guests.reachVerified(contact, reach))
export const move = (guest: string, mode: GuestMode) =>
  once((contact) => guests.moveGuest(contact, guest, mode))
export const drop = (guest: string) => once((contact) => guests.dropGuest(contact, guest))
export const mute = (who: string, muted: boolean) =>
  once((contact) => guests.mute(contact, who, muted))
export const leave = () => once(guests.leave, t('guest.done.left'))
export const transfer = (queue: string) =>
  once((contact) => guests.transfer(contact, queue), t('guest.done.transferred'))
export const park = () => once(guests.park, t('guest.done.parked'))
export const pauseRecording = (paused: boolean) =>
  once((contact) => guests.pauseRecording(contact, paused))

/** A call goes to an emergency line: warm, so that the operator stays until they have understood. */
export const callEmergency = (code: string, region: string, reason: string) =>
  ask({ role: 'dispatcher', target: code, region, mode: 'join', leaves: false, consent: false, reason })

/** The line that a word offers: put through at once, or its guidance where there is no transfer. */
export async function callOffered(target: string, word: string): Promise<void> {
  try {
    if (!directory.value) await readDirectory()
  } catch (problem) {
    tellProblem(problem)
  }
  const line = directory.value?.emergency.find((one) => one.code === target)
  if (line?.policy === 'transfer') await callEmergency(target, '', word)
  else if (directory.value?.lines.some((one) => one.id === target))
    await ask({ role: 'line', target, region: '', mode: 'join', leaves: false, consent: false, reason: word })
  else emergencyOpen.value = true
}
