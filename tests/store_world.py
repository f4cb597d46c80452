"""Where a store can live in a test, and records to put into it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.clock import SystemClock
from gateway.core.call import Call, CallState, Outcome
from gateway.core.callback import Callback, CallbackReason
from gateway.core.contact import ChatRecord, ContactRecord, Disposition, Recording
from gateway.core.facts import Fact, FactKind
from gateway.core.line import Origin
from gateway.core.operator import Operator, Role
from gateway.store import SqlStore, open_store

NOON = datetime(2026, 3, 2, 4, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class StorePlace:
    """One empty database and the folder of its key; may be opened many times."""

    url: str
    data_dir: Path

    @property
    def engine(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return "postgresql" if self.url else "sqlite"

    def open(self, **options: Any) -> AbstractAsyncContextManager[SqlStore]:
        """``open_store`` here; keyword arguments replace its defaults."""
        defaults: dict[str, Any] = {"data_dir": self.data_dir, "clock": SystemClock()}
        return open_store(self.url, **defaults | options)


NewPlace = Callable[[], StorePlace]


def call_of(record: ContactRecord | ChatRecord | None) -> Call:
    """The call of a contact that is one."""
    assert isinstance(record, ContactRecord)
    return record.call


def a_call(id: str, **more: Any) -> Call:
    """A call that arrived at noon from a number of its own."""
    defaults: dict[str, Any] = {
        "id": id,
        "hotline_id": f"H{id}",
        "channel": f"PJSIP/trunk-local-{id}",
        "number": "13800001234",
        "did": "12345",
        "origin": Origin.TRUNK,
        "arrived_at": NOON,
    }
    return Call(**defaults | more)


def an_ended_call(id: str, minutes: float = 0, **more: Any) -> Call:
    """A call that a seat answered, ``minutes`` after noon; every field is set."""
    at = NOON + timedelta(minutes=minutes)
    defaults: dict[str, Any] = {
        "state": CallState.ENDED,
        "queue": "civil",
        "seat": "8001",
        "operator_id": "op-1",
        "leg": f"PJSIP/seat-8001-{id}",
        "failed_open": True,
        "arrived_at": at,
        "queued_at": at + timedelta(seconds=1),
        "offered_at": at + timedelta(seconds=2),
        "answered_at": at + timedelta(seconds=5, microseconds=1),
        "held_at": at + timedelta(seconds=7),
        "ended_at": at + timedelta(seconds=65),
        "outcome": Outcome.ANSWERED,
        "hangup_cause": 16,
        "recording_file": f"H{id}.wav",
    }
    return a_call(id, **defaults | more)


def a_fact(contact_id: str = "", **more: Any) -> Fact:
    """Something that happened at noon."""
    defaults: dict[str, Any] = {
        "kind": FactKind.CALL_ARRIVED,
        "at": NOON,
        "contact_id": contact_id,
        "data": {},
    }
    return Fact(**defaults | more)


def an_operator(id: str = "op-1", **more: Any) -> Operator:
    """A person with a login."""
    defaults: dict[str, Any] = {
        "id": id,
        "login": f"login-{id}",
        "name": "王晓明",
        "role": Role.OPERATOR,
        "password_hash": "$argon2id$...",
        "skills": {"civil": 0, "enterprise": 5},
    }
    return Operator(**defaults | more)


def a_disposition(contact_id: str, **more: Any) -> Disposition:
    """How a contact was closed."""
    defaults: dict[str, Any] = {
        "contact_id": contact_id,
        "operator_id": "op-1",
        "code": "complaint",
        "at": NOON,
        "note": "楼下夜间施工",
        "caller_name": "张三",
    }
    return Disposition(**defaults | more)


def a_callback(id: str, contact_id: str, **more: Any) -> Callback:
    """Somebody to be called back, since noon."""
    defaults: dict[str, Any] = {
        "number": "13800001234",
        "reason": CallbackReason.CUT,
        "since": NOON,
    }
    return Callback(id=id, contact_id=contact_id, **defaults | more)


def a_recording(contact_id: str) -> Recording:
    """The sound of a contact."""
    return Recording(
        contact_id=contact_id,
        file=f"{contact_id}.wav",
        sha256="00" * 32,
        size_bytes=5_000_000_000,
        seconds=61.25,
        stored_at=NOON,
    )
