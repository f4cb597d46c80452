/** Departments, experts and the week on the screen; read again after every change. */

import { computed, ref, shallowRef } from 'vue'
import { sentence } from '../../console/state/notices'
import { ApiProblem } from '../../console/api/problem'
import { spoken } from '../../console/i18n/locale'
import * as api from './api'

export const departments = shallowRef<api.Department[]>([])
export const roster = shallowRef<api.Roster>({ items: [], trunks: [], seats: [] })
export const rota = shallowRef<api.Rota | null>(null)
export const chosen = ref('')
export const fault = ref('')
/** A moment in the week that is shown; null: the gateway's present one. */
const week = ref<Date | null>(null)

export const department = computed(() => departments.value.find((one) => one.id === chosen.value))
export const people = computed(() => roster.value.items.filter((one) => one.department_id === chosen.value))
export const nameOf = (id: string): string => roster.value.items.find((one) => one.id === id)?.name ?? id

/** Every sentence of a refusal. */
export function told(problem: unknown): string {
  if (problem instanceof ApiProblem && problem.items.length) return problem.items.map(spoken).join(' ')
  return sentence(problem)
}

async function readRota(): Promise<void> {
  rota.value = chosen.value ? await api.rota(chosen.value, week.value) : null
}

export async function read(): Promise<void> {
  fault.value = ''
  try {
    const [found, all] = await Promise.all([api.departments(), api.roster()])
    departments.value = found.items
    roster.value = all
    if (!found.items.some((one) => one.id === chosen.value)) chosen.value = found.items[0]?.id ?? ''
    await readRota()
  } catch (problem) {
    fault.value = told(problem)
  }
}

export async function show(id: string): Promise<void> {
  chosen.value = id
  await read()
}

export async function turn(weeks: number): Promise<void> {
  if (!rota.value) return
  const thursday = new Date(`${rota.value.monday}T12:00:00Z`).getTime() + (3 + weeks * 7) * 86_400_000
  week.value = new Date(thursday)
  await read()
}
