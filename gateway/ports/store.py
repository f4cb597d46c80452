"""The store: the truth, and all that is written to it."""

from __future__ import annotations

from typing import Protocol

from gateway.core.call import Call
from gateway.core.callback import Callback
from gateway.core.centre import CentreContact
from gateway.core.channel_note import ChannelNote
from gateway.core.chat import Chat
from gateway.core.citizen import CallerFlag
from gateway.core.contact import Disposition, Recording
from gateway.core.dialling import CallbackTry
from gateway.core.expert import Department, Expert
from gateway.core.facts import Fact
from gateway.core.gap import Bookmark
from gateway.core.guest import Guest
from gateway.core.handover import Handover
from gateway.core.identity import Identity, IdentityLink
from gateway.core.incident import Incident
from gateway.core.leader_day import LeaderDay
from gateway.core.message import Attachment, Message
from gateway.core.misconduct import Misconduct
from gateway.core.number import Number
from gateway.core.operator import Operator
from gateway.core.outbound import DeliveryReceipt, InboundEvent, OutEntry, ReplyGrant
from gateway.core.promise import Promise
from gateway.core.queue import Queue
from gateway.core.reach import Reach
from gateway.core.retention import Shredded, SummariesShredded
from gateway.core.revision import Published, Removal
from gateway.core.seat import Seat
from gateway.core.session import Session
from gateway.core.staff_complaint import StaffComplaint
from gateway.core.standing import Standing
from gateway.core.transcript import Alarm, HearingJob, Privacy, Segment
from gateway.ports.calls import CallStore
from gateway.ports.centres import CentreStore
from gateway.ports.complaints import ComplaintStore
from gateway.ports.ears import HeardStore
from gateway.ports.emergency import EmergencyStore
from gateway.ports.experts import ExpertStore
from gateway.ports.guests import GuestStore
from gateway.ports.messages import MessageStore
from gateway.ports.modes import ModeStore
from gateway.ports.notes import NoteStore
from gateway.ports.retention import RetentionStore
from gateway.ports.standings import StandingStore
from gateway.ports.tags import TagStore

Row = (
    Call
    | Seat
    | Operator
    | Queue
    | Session
    | CallerFlag
    | Disposition
    | Recording
    | Callback
    | CallbackTry
    | Bookmark
    | Number
    | Published
    | Removal
    | Identity
    | IdentityLink
    | Chat
    | Message
    | Attachment
    | ReplyGrant
    | OutEntry
    | DeliveryReceipt
    | InboundEvent
    | Segment
    | HearingJob
    | Alarm
    | Privacy
    | Shredded
    | SummariesShredded
    | Department
    | Expert
    | Handover
    | Incident
    | LeaderDay
    | ChannelNote
    | CentreContact
    | Misconduct
    | Standing
    | StaffComplaint
    | Promise
    | Guest
    | Reach
    | Fact
)


class Store(
    CallStore,
    MessageStore,
    HeardStore,
    RetentionStore,
    ExpertStore,
    GuestStore,
    EmergencyStore,
    ModeStore,
    NoteStore,
    StandingStore,
    TagStore,
    CentreStore,
    ComplaintStore,
    Protocol,
):
    """The truth. Raises StoreUnavailable when it cannot answer."""

    async def record(self, *rows: Row) -> None:
        """Write all rows in one transaction; when this returns they survive a power cut.

        A Fact is appended, a Shredded empties the rows of its class; every other row replaces the
        one with its key (Call.id, Seat.number, Operator.id, Queue.name, Session.token_hash,
        CallerFlag number+kind, Disposition.contact_id, Recording.contact_id, Callback.id,
        CallbackTry.id, Bookmark.name; Identity, IdentityLink, Chat, Message, Attachment,
        ReplyGrant, DeliveryReceipt, Segment, HearingJob, Alarm, Handover, Incident, LeaderDay,
        Department, Expert, Promise, Guest, Reach, Misconduct and Standing by id,
        OutEntry.message_id, Privacy.contact_id, ChannelNote account+key: an empty one goes,
        CentreContact centre+id: unless a later state is there). Raises
        AlreadyTaken for a login, an Identity whose value is known (kind "identity"), an
        InboundEvent whose (account, key) is
        (kind "event"), a Message whose (contact_id, client_key) is (kind "message"), with the id of
        the row that was refused; then nothing of it is written.
        """
        ...
