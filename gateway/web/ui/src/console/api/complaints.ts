/** Complaints about staff: what the API says of them. */

import { ask } from './http'

export interface Staff {
  operator_id: string
  name: string
  login: string
}

export interface StaffComplaint {
  id: string
  contact_ids: string[]
  concerned: Staff[]
  source: 'number' | 'receipt' | 'marked' | 'lately'
  since: string
  by: string
  closed_at: string | null
  closed_by: string
  result: string
}

export interface ContactComplaint {
  complaint: StaffComplaint | null
  staff: Staff[]
}

export interface ComplaintList {
  items: StaffComplaint[]
  over: StaffComplaint[]
}

const id = encodeURIComponent
export const complaintOf = (contactId: string) => ask<ContactComplaint>('GET', `contacts/${id(contactId)}/staff-complaint`)
export const markComplaint = (contactId: string, operatorIds: string[]) => ask<StaffComplaint>('POST', `contacts/${id(contactId)}/staff-complaint`, { operator_ids: operatorIds })
export const complaints = () => ask<ComplaintList>('GET', 'staff-complaints')
export const closeComplaint = (complaintId: string, result: string) => ask<StaffComplaint>('POST', `staff-complaints/${id(complaintId)}/close`, { result })
