/** Who works at this browser: the login that the console and the admin's page share. */

import { ref, shallowRef } from 'vue'
import * as calls from '../api/calls'
import { whenLoggedOut } from '../api/http'
import { ApiProblem } from '../api/problem'
import type { Me, Options, Right } from '../api/types'

export type Stage = 'loading' | 'unreachable' | 'login' | 'password' | 'work'

export const stage = ref<Stage>('loading')
export const me = shallowRef<Me | null>(null)
export const options = shallowRef<Options | null>(null)
/** Set when the login screen is there because a login ended by itself. */
export const loginEnded = ref(false)

export const has = (right: Right): boolean => me.value?.rights.includes(right) ?? false

interface Duty {
  /** The work begins. */
  begin: () => void
  /** It ends, with the login or because the login ended by itself. */
  end: () => void
  /** Only when the person logged out: nothing of theirs stays. */
  forget: () => void
}

const nothing = (): void => undefined
let duty: Duty = { begin: nothing, end: nothing, forget: nothing }

/** What this page does while somebody is logged in. */
export function setDuty(of: Partial<Duty>): void {
  duty = { ...duty, ...of }
}

export async function reloadOptions(): Promise<void> {
  options.value = await calls.options()
}

async function enter(person: Me): Promise<void> {
  me.value = person
  loginEnded.value = false
  if (person.must_change_password) {
    stage.value = 'password'
    return
  }
  await reloadOptions()
  stage.value = 'work'
  duty.begin()
}

function leave(): void {
  duty.end()
  me.value = null
  stage.value = 'login'
}

/** The gateway no longer knows us: show the login, keep the drafts for when we are back. */
export function ended(): void {
  if (stage.value === 'login') return
  loginEnded.value = me.value !== null
  leave()
}

whenLoggedOut(ended)

/** On loading the page: still logged in? */
export async function boot(): Promise<void> {
  stage.value = 'loading'
  try {
    await enter(await calls.whoAmI())
  } catch (problem) {
    const known = problem instanceof ApiProblem && problem.status === 401
    if (known) stage.value = 'login'
    else if (stage.value === 'loading') stage.value = 'unreachable'
  }
}

/** Somebody sits here: they logged in since this page was loaded. */
export const present = ref(false)

export async function logIn(login: string, password: string): Promise<void> {
  await enter(await calls.logIn(login, password))
  present.value = true
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  await calls.changePassword(old, fresh)
  await enter(await calls.whoAmI())
}

export async function logOut(): Promise<void> {
  await calls.logOut()
  duty.forget()
  leave()
}
