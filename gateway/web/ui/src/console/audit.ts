/** What the audit holds, in the order in which it is offered. Pure. */

import type { AuditItem } from './api/types'

export const AUDIT_KINDS = [
  'logged_in', 'login_refused', 'logged_out', 'seat_signed_in', 'seat_signed_out',
  'contact_viewed', 'number_revealed', 'number_flagged', 'number_unflagged', 'recording_played',
  'disposition_recorded', 'operator_changed', 'source_banned', 'ban_lifted', 'incident_begun', 'incident_ended', 'leader_day_booked', 'leader_day_changed', 'leader_day_cancelled', 'link_lost', 'link_restored', 'audit_read',
  'plan_published', 'plan_undone', 'plan_drifted', 'callback_done',
  'chat_viewed', 'attachment_viewed', 'link_proposed', 'link_confirmed', 'link_revoked',
  'transcript_viewed', 'transcript_watched', 'original_revealed', 'words_searched', 'segment_corrected', 'alarm_seen',
  'contact_confidential', 'data_shredded',
  'misconduct_noted', 'evidence_packed', 'standing_moved', 'appeal_said',
  'staff_complaint_begun', 'staff_complaint_named', 'staff_complaint_closed',
] as const

export type AuditKind = (typeof AUDIT_KINDS)[number]

export const isAuditKind = (kind: unknown): kind is AuditKind =>
  AUDIT_KINDS.some((one) => one === kind)

/** Enough of a contact's id to find it again; the whole is in the title. */
export const shortId = (contactId: string): string => contactId.slice(0, 8)

/** Everybody who was seen before or stands in these items, by id. */
export function peopleOf(
  items: readonly AuditItem[],
  before: ReadonlyMap<string, string>,
): Map<string, string> {
  const people = new Map(before)
  for (const one of items) if (one.operator_name) people.set(one.operator_id, one.operator_name)
  return people
}
