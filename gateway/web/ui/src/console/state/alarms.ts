/** Emergency words that were heard: seen, heard from the ringer, and told to be known. */

import { computed, reactive, watch } from 'vue'
import * as heardApi from '../api/heard'
import type { Alarm } from '../api/heard-types'
import { chosen } from '../phone/devices'
import { beepOnce, startAlarm, stopAlarm } from '../phone/sound'
import { speaks } from './chat-alert'
import { call, live } from './live'
import { tellProblem } from './notices'

/** The oldest first. */
export const alarms = computed<Alarm[]>(() => [...live.value.alarms].sort((a, b) => a.at.localeCompare(b.at)))

/** Which words alarmed, by contact, as long as this page knows: a seen alarm is no longer pushed. */
const words = reactive(new Map<string, Set<string>>())
const MOST_CONTACTS = 200
watch(
  alarms,
  (now) => {
    for (const one of now) words.set(one.contact_id, new Set([...(words.get(one.contact_id) ?? []), one.word]))
    for (const old of [...words.keys()].slice(0, -MOST_CONTACTS)) words.delete(old)
  },
  { immediate: true },
)
export const alarmWords = (contactId: string): string[] => [...(words.get(contactId) ?? [])]

export function forgetAlarms(): void {
  words.clear()
}

/** On their way to the gateway. */
export const telling = reactive(new Set<string>())

/** 已知悉; it goes when the gateway says so. */
export async function acknowledge(alarm: Alarm): Promise<void> {
  if (telling.has(alarm.id)) return
  telling.add(alarm.id)
  try {
    await heardApi.alarmSeen(alarm.id)
  } catch (problem) {
    tellProblem(problem)
  } finally {
    telling.delete(alarm.id)
  }
}

/** The oldest one; false when there is none. */
export function acknowledgeFirst(): boolean {
  const first = alarms.value[0]
  if (first) void acknowledge(first)
  return first !== undefined
}

const talking = computed(() => call.value !== null && call.value.state !== 'ended' && call.value.state !== 'offered')
/** Its place is the ringer. Who talks by the same device hears it once: the citizen is to be understood. */
const inTheEar = computed(() => talking.value && chosen.ringer === chosen.headset)
const newest = computed(() => alarms.value.at(-1)?.id ?? '')

watch(
  [newest, speaks, inTheEar],
  ([id, ours, ear], before) => {
    stopAlarm()
    if (!id || !ours) return
    if (!ear) void startAlarm()
    else if (id !== before[0]) void beepOnce()
  },
  { immediate: true },
)
