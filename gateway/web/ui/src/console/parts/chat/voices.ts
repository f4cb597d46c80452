/** The words of a conversation's voice messages: read when one comes, again while some are waited for. */

import { computed, watch } from 'vue'
import type { MessageView } from '../../api/chat-types'
import { useHearAgain } from '../../state/hear-again'
import { hear } from '../../state/heard'

export const isVoice = (message: MessageView): boolean => message.attachments.some((one) => one.kind === 'voice')

export function useVoices(contactId: () => string, messages: () => readonly MessageView[]): void {
  /** Which voice messages there are, and how far their sounds have come. */
  const voices = computed(() =>
    messages().filter(isVoice).map((one) => `${one.id}:${one.attachments.map((file) => file.state).join()}`).join(' '),
  )
  watch(
    [contactId, voices],
    () => {
      if (voices.value) void hear(contactId())
    },
    { immediate: true },
  )
  useHearAgain(contactId, () => voices.value !== '')
}
