/** Who works here, and what there is to choose from. */

import { computed, ref, shallowRef } from 'vue'
import * as calls from '../api/calls'
import { whenLoggedOut } from '../api/http'
import { ApiProblem } from '../api/problem'
import type { Me, Options, Right } from '../api/types'
import { dropAllDrafts } from './drafts'
import { startLive, stopLive } from './live'
import { leavePhone } from './phone'

export type Stage = 'loading' | 'unreachable' | 'login' | 'password' | 'work'

export const stage = ref<Stage>('loading')
export const me = shallowRef<Me | null>(null)
export const options = shallowRef<Options | null>(null)
/** Set when the login screen is there because a login ended by itself. */
export const loginEnded = ref(false)

export const has = (right: Right): boolean => me.value?.rights.includes(right) ?? false
export const takesCalls = computed(() => has('take_calls'))

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
  startLive(ended)
}

function leave(): void {
  stopLive()
  leavePhone()
  me.value = null
  stage.value = 'login'
}

/** The gateway no longer knows us: show the login, keep the drafts for when we are back. */
function ended(): void {
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

export async function logIn(login: string, password: string): Promise<void> {
  await enter(await calls.logIn(login, password))
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  await calls.changePassword(old, fresh)
  await enter(await calls.whoAmI())
}

export async function logOut(): Promise<void> {
  await calls.logOut()
  dropAllDrafts()
  leave()
}
