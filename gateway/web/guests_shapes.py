"""The shapes of guests, reaches and the directory, asked and answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypedDict

from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.seat import SeatState
from gateway.web.shape import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReach:
    """Whom to bring in; ``target`` and ``region`` are ids of the directory."""

    role: GuestRole
    target: Annotated[str, Text(1, 64)]
    region: Annotated[str, Text(0, 64)] = ""
    mode: GuestMode = GuestMode.CONSULT
    leaves: bool = False
    consent: bool = False
    reason: Annotated[str, Text(0, 500, lines=True)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedVerified:
    """Which wish for an emergency line; empty: every one whose line is in the call."""

    reach: Annotated[str, Text(0, 64)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMode:
    """How somebody is to take part."""

    mode: GuestMode


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMute:
    """``who`` is ``citizen`` or a guest's id."""

    who: Annotated[str, Text(1, 64)]
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQueue:
    """Where the citizen is to wait."""

    queue: Annotated[str, Text(1, 64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPause:
    """Whether the recording is silent."""

    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedState:
    """Ready, not ready or signed out, and why."""

    state: SeatState
    reason: Annotated[str, Text(1, 200)]


class TriedView(TypedDict):
    """Somebody who may be tried."""

    title: str


class ReachView(TypedDict):
    """A wish to bring somebody in; ``at`` is the next who has not been dialled.

    ``last_end``: why the last who was tried did not come, empty while none has failed.
    """

    id: str
    role: str
    target: str
    title: str
    state: str
    mode: str
    leaves: bool
    undo_until: str | None
    verified_at: str | None
    tries: list[TriedView]
    at: int
    last_end: str


class DepartmentChoice(TypedDict):
    """A department; ``available`` experts could come now."""

    id: str
    title_zh: str
    title_en: str
    available: int


class ExpertChoice(TypedDict):
    """An expert, and why they cannot come."""

    id: str
    title: str
    department_id: str
    skills: list[str]
    available: bool
    reason: str


class RegionChoice(TypedDict):
    """One centre of an emergency line."""

    id: str
    title_zh: str
    title_en: str


class EmergencyChoice(TypedDict):
    """An emergency line and what may be done with it."""

    code: str
    title_zh: str
    title_en: str
    policy: str
    guide_zh: str
    guide_en: str
    regions: list[RegionChoice]
    healthy: bool


class LineChoice(TypedDict):
    """One entry of the directory."""

    id: str
    title_zh: str
    title_en: str
    kind: str
    healthy: bool
    open: bool


class QueueTarget(TypedDict):
    """A queue to transfer to."""

    name: str
    title_zh: str
    title_en: str
    waiting: int


class SeatTarget(TypedDict):
    """A seat to transfer to."""

    number: str
    operator_name: str
    state: str


class DirectoryView(TypedDict):
    """Everybody who can be called in."""

    departments: list[DepartmentChoice]
    experts: list[ExpertChoice]
    emergency: list[EmergencyChoice]
    lines: list[LineChoice]
    queues: list[QueueTarget]
    seats: list[SeatTarget]


class ParkedCall(TypedDict):
    """A citizen who waits to be picked up, and whose operator parked them."""

    contact_id: str
    since: str | None
    operator_name: str
