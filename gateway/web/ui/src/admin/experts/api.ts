/** What the page of experts asks of the gateway. */

import { ask } from '../../console/api/http'

export interface Department {
  id: string
  title_zh: string
  title_en: string
  focus: boolean
  ring_seconds: number
  experts: number
  available: number
}

export type DepartmentSent = Omit<Department, 'id' | 'experts' | 'available'>

export interface Expert {
  id: string
  department_id: string
  name: string
  number: string
  trunk: string
  seat: string
  skills: string[]
  duties: string[]
  active: boolean
  available: boolean
  reason: '' | 'disabled' | 'off_duty' | 'seat_away' | 'in_call' | 'declined'
}

export type ExpertSent = Omit<Expert, 'id' | 'available' | 'reason'>

export interface Roster {
  items: Expert[]
  trunks: string[]
  seats: string[]
}

export interface Slot {
  begin: string
  end: string
  experts: string[]
}

export interface Rota {
  monday: string
  opens: string
  closes: string
  days_off: string[]
  slots: Slot[]
}

export interface Figures {
  asked: number
  answered: number
  no_answer: number
  busy: number
  rejected: number
  unreachable: number
  withdrawn: number
  rate: number | null
  ring_seconds: number | null
}

export type NamedFigures = Figures & { id: string; title: string }

export interface Report {
  whole: Figures
  departments: NamedFigures[]
  experts: NamedFigures[]
}

export interface Imported {
  departments: number
  experts: number
  written: boolean
  bad: { line: number; zh: string; en: string }[]
}

export const departments = () => ask<{ items: Department[] }>('GET', 'departments')
export const roster = () => ask<Roster>('GET', 'experts')
/** The week of `at`; without it the gateway's present one. */
export const rota = (department: string, at: Date | null) =>
  ask<Rota>('GET', `experts/rota?${new URLSearchParams({ department, ...(at ? { at: at.toISOString() } : {}) })}`)
export const report = (since: Date, until: Date) =>
  ask<Report>('GET', `experts/report?${new URLSearchParams({ since: since.toISOString(), until: until.toISOString() })}`)
export const keepDepartment = (id: string, sent: DepartmentSent) => ask<null>('PUT', `departments/${id}`, sent)
export const dropDepartment = (id: string) => ask<null>('DELETE', `departments/${id}`)
export const keepExpert = (id: string, sent: ExpertSent) => ask<null>('PUT', `experts/${id}`, sent)
export const dropExpert = (id: string) => ask<null>('DELETE', `experts/${id}`)
export const importSheet = (csv: string, dry_run: boolean) =>
  ask<Imported>('POST', 'experts/import', { csv, dry_run })
