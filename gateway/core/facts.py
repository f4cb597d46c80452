"""What happened, in past tense, for ever. A fact is appended in the transaction of its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Scalar = str | int | float | bool | None


class FactKind(StrEnum):
    """Every kind of fact; never renamed."""

    CALL_ARRIVED = "call_arrived"
    CALL_FAILED_OPEN = "call_failed_open"
    CALL_QUEUED = "call_queued"
    CALL_OFFERED = "call_offered"
    POP_SHOWN = "pop_shown"
    OFFER_DECLINED = "offer_declined"
    CALL_ANSWERED = "call_answered"
    CALL_HELD = "call_held"
    CALL_RETRIEVED = "call_retrieved"
    CALL_TIMED_OUT = "call_timed_out"
    CALL_LEFT_QUEUE = "call_left_queue"
    SEAT_LEFT_CALL = "seat_left_call"
    OPERATOR_LOST = "operator_lost"
    OPERATOR_BACK = "operator_back"
    CALL_ABANDONED = "call_abandoned"
    CALL_ENDED = "call_ended"
    CALL_LOST = "call_lost"
    CALL_OVERFLOWED = "call_overflowed"
    CALLBACK_OPENED = "callback_opened"
    CALLBACK_DONE = "callback_done"
    RECORDING_STARTED = "recording_started"
    RECORDING_STORED = "recording_stored"
    RECORDING_PAUSED = "recording_paused"
    RECORDING_RESUMED = "recording_resumed"
    REACH_ASKED = "reach_asked"
    """Somebody is to be brought into a call; whether the citizen agreed stands in it."""
    REACH_UNDONE = "reach_undone"
    REACH_WITHDRAWN = "reach_withdrawn"
    REACH_FAILED = "reach_failed"
    REACH_VERIFIED = "reach_verified"
    GUEST_CALLED = "guest_called"
    GUEST_RANG = "guest_rang"
    GUEST_FAILED = "guest_failed"
    GUEST_JOINED = "guest_joined"
    GUEST_MOVED = "guest_moved"
    GUEST_LEFT = "guest_left"
    LEG_MUTED = "leg_muted"
    SEAT_HANDED_OVER = "seat_handed_over"
    SEAT_TOOK = "seat_took"
    CALL_PARKED = "call_parked"
    CALL_TRANSFERRED = "call_transferred"
    CALL_LISTENED = "call_listened"
    """A supervisor hears a call, or speaks into it."""
    SEAT_FORCED = "seat_forced"
    DISPOSITION_RECORDED = "disposition_recorded"
    SEAT_SIGNED_IN = "seat_signed_in"
    SEAT_SIGNED_OUT = "seat_signed_out"
    SEAT_BECAME_READY = "seat_became_ready"
    SEAT_TOOK_BREAK = "seat_took_break"
    SEAT_UNREACHABLE = "seat_unreachable"
    WRAP_UP_STARTED = "wrap_up_started"
    WRAP_UP_FINISHED = "wrap_up_finished"
    LOGGED_IN = "logged_in"
    LOGIN_REFUSED = "login_refused"
    LOGGED_OUT = "logged_out"
    NUMBER_REVEALED = "number_revealed"
    NUMBER_FLAGGED = "number_flagged"
    NUMBER_UNFLAGGED = "number_unflagged"
    RECORDING_PLAYED = "recording_played"
    CONTACT_VIEWED = "contact_viewed"
    OPERATOR_CHANGED = "operator_changed"
    PLAN_PUBLISHED = "plan_published"
    PLAN_UNDONE = "plan_undone"
    PLAN_DRIFTED = "plan_drifted"
    AUDIT_READ = "audit_read"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_SENT = "message_sent"
    MESSAGE_FAILED = "message_failed"
    NOTICE_TOLD = "notice_told"
    CHAT_OPENED = "chat_opened"
    CHAT_BECAME_EMERGENCY = "chat_became_emergency"
    CHAT_OFFERED = "chat_offered"
    CHAT_ACCEPTED = "chat_accepted"
    CHAT_TAKEN = "chat_taken"
    CHAT_LAPSED = "chat_lapsed"
    CHAT_WITHDRAWN = "chat_withdrawn"
    CHAT_RELEASED = "chat_released"
    CHAT_TRANSFERRED = "chat_transferred"
    CHAT_WAITING = "chat_waiting"
    """The citizen's word waits for a person's from now on."""
    CHAT_ANSWERED = "chat_answered"
    CHAT_CLOSED = "chat_closed"
    CHAT_VIEWED = "chat_viewed"
    ATTACHMENT_VIEWED = "attachment_viewed"
    LINK_PROPOSED = "link_proposed"
    LINK_CONFIRMED = "link_confirmed"
    LINK_REVOKED = "link_revoked"
    SEGMENT_HEARD = "segment_heard"
    """One voice of a contact has words now, live or read afterwards; each segment is a row."""
    SEGMENT_CORRECTED = "segment_corrected"
    TRANSCRIPT_VIEWED = "transcript_viewed"
    TRANSCRIPT_WATCHED = "transcript_watched"
    """A supervisor reads a call live."""
    ORIGINAL_REVEALED = "original_revealed"
    WORDS_SEARCHED = "words_searched"
    ALARM_RAISED = "alarm_raised"
    ALARM_SEEN = "alarm_seen"
    CONTACT_CONFIDENTIAL = "contact_confidential"
    VOICEMAIL_LEFT = "voicemail_left"
    SPEECH_CHOSE = "speech_chose"
    DATA_SHREDDED = "data_shredded"
    SOURCE_BANNED = "source_banned"
    BAN_LIFTED = "ban_lifted"
    LINK_LOST = "link_lost"
    LINK_RESTORED = "link_restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened.

    ``data`` holds flat scalars only and never a caller's number, name or words: those live in their
    own encrypted columns and a fact points at them by ``contact_id``. ``seq`` is given by the store
    (0 before that).
    """

    kind: FactKind
    at: datetime
    contact_id: str = ""
    seat: str = ""
    operator_id: str = ""
    data: Mapping[str, Scalar] = field(default_factory=dict)
    seq: int = 0
