/** What a field was before this draft; undefined when it is as it was, or when the thing is new. */

import { computed } from 'vue'
import { byName, KINDS, same, type Thing } from '../plan/lists'
import type { Kind } from '../plan/types'
import { valueWord } from '../values'
import { base } from './draft'
import { known } from './known'

const before = computed(() => new Map(KINDS.map((kind) => [kind, byName(base.value, kind)])))

export const oldOf = (kind: Kind, name: string): Thing | undefined => before.value.get(kind)?.get(name)

export function was(kind: Kind, name: string, field: string, value: unknown): string | undefined {
  const old = oldOf(kind, name)
  if (!old || same(old[field], value)) return undefined
  return valueWord(field, old[field], known.value)
}
