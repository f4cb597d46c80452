/** A pop is told to the gateway once it has been painted, so that no call rings into a dead screen. */

import { computed, nextTick, ref, watch } from 'vue'
import * as calls from '../api/calls'
import { locale, t } from '../i18n'
import { alarms } from './alarms'
import { wanted } from './chats'
import { call, seat, sendLive } from './live'
import { go } from './route'

/** The contact whose card is on the screen; the card sets it when it is mounted. */
export const painted = ref('')

/** If the pushed acknowledgement did not count within this time, it is sent by HTTP. */
const SECOND_TRY_MS = 800

const twoFrames = (): Promise<void> =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))

async function acknowledge(contactId: string): Promise<void> {
  await nextTick()
  // A tab in the background never paints; there the ring tone and the tab's title show the call.
  if (!document.hidden) await Promise.race([twoFrames(), whenHidden()])
  const sent = sendLive({ t: 'pop_shown', contact_id: contactId })
  window.setTimeout(
    () => {
      const now = call.value
      if (now?.contact_id !== contactId || now.pop_shown || now.state !== 'offered') return
      void calls.callCommand(contactId, 'pop-shown').catch(() => undefined)
    },
    sent ? SECOND_TRY_MS : 0,
  )
}

function whenHidden(): Promise<void> {
  return new Promise((done) => {
    document.addEventListener('visibilitychange', () => done(), { once: true })
  })
}

const waiting = computed(() =>
  call.value?.state === 'offered' && !call.value.pop_shown ? call.value.contact_id : '',
)

// Every push of a pop that is not acknowledged yet is answered, a resent one too.
watch([call, painted], () => {
  if (waiting.value && painted.value === waiting.value) void acknowledge(waiting.value)
})

// A new call comes to the front, whatever view is open.
watch(
  () => (call.value?.state === 'offered' ? call.value.contact_id : ''),
  (contactId) => {
    if (contactId) go('desk')
  },
)

// The tab's title and icon say that it rings, or that a message waits; they never hold a number.
const titled = computed(() => {
  if (seat.value?.state === 'offered' || call.value?.state === 'offered')
    return { mark: `● ${t('pop.incoming')}｜`, icon: 'favicon-ring' }
  if (alarms.value.length) return { mark: `⚠ ${t('alarm.title')}｜`, icon: 'favicon-ring' }
  if (wanted.value.offers) return { mark: `● ${t('chat.new')}｜`, icon: 'favicon-unread' }
  if (wanted.value.unread) return { mark: `(${wanted.value.unread}) `, icon: 'favicon-unread' }
  return { mark: '', icon: 'favicon' }
})
watch(
  [titled, locale],
  ([now]) => {
    document.title = `${now.mark}${t('app.title')}`
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    const address = `/assets/${now.icon}.svg`
    if (icon && icon.getAttribute('href') !== address) icon.href = address
  },
  { immediate: true },
)
