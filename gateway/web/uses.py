"""What the web asks of the use cases; ``app`` gives them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from channels.channel import Channel
from channels.message import Received
from gateway.core.contact import Disposition
from gateway.core.line import PhoneKind
from gateway.core.number import Number
from gateway.core.operator import Operator
from gateway.core.queue import Queue
from gateway.core.seat import Seat
from gateway.intake.accounts import Accounts
from gateway.intake.admin import Admin
from gateway.intake.alarms import Alarms
from gateway.intake.audit import Audit
from gateway.intake.callbacks import Callbacks
from gateway.intake.centres import Centres
from gateway.intake.citizens import Citizens
from gateway.intake.conduct import Conduct
from gateway.intake.dialler import Dialler
from gateway.intake.directory import Directory
from gateway.intake.drafts import Drafts
from gateway.intake.evidence import EvidenceDesk
from gateway.intake.experts import Experts
from gateway.intake.file_desk import FileDesk
from gateway.intake.guests_desk import GuestsDesk
from gateway.intake.handovers import Handovers
from gateway.intake.heard_screens import HeardScreens
from gateway.intake.incidents import Incidents
from gateway.intake.leader_days import LeaderDays
from gateway.intake.leader_shadow import LeaderShadow
from gateway.intake.line_list import LineList
from gateway.intake.looks import Looks
from gateway.intake.marks import Marks
from gateway.intake.parking import Parking
from gateway.intake.promises import Promises
from gateway.intake.reconciling import Reconciling
from gateway.intake.records import Records
from gateway.intake.sending_files import SendingFiles
from gateway.intake.staff_complaints import StaffComplaints
from gateway.intake.standings import Standings
from gateway.intake.supervision import Supervision
from gateway.intake.talks import Talks
from gateway.intake.texting import Texting
from gateway.intake.throttling import NOWHERE, From, Throttling
from gateway.intake.transcript_desk import TranscriptDesk
from gateway.intake.voicemails import VoicemailDesk
from gateway.intake.word_search import WordSearch
from gateway.intake.words import Words
from gateway.ports import Clock, PhoneSecrets
from gateway.web.citizen_uses import CitizenParts

Json = dict[str, Any]


class Desk(Protocol):
    """What an operator may do at their seat; ``gateway.intake.desk.Desk``."""

    def seats(self) -> tuple[Seat, ...]:
        """Every seat, by number."""
        ...

    def call_state(self, seat: Seat) -> str:
        """Of the call at this seat; empty without one."""
        ...

    def seat_of(self, operator_id: str) -> Seat | None:
        """Where this person sits."""
        ...

    def queues_view(self, operator_id: str) -> list[Json]:
        """Queues with waiting callers and ready seats."""
        ...

    async def sign_in(self, operator: Operator, seat: str, phone: PhoneKind) -> Seat:
        """Sit down."""
        ...

    async def sign_out(self, operator_id: str) -> Seat:
        """Leave the seat."""
        ...

    async def make_ready(self, operator_id: str) -> Seat:
        """Take calls."""
        ...

    async def take_break(self, operator_id: str, reason: str) -> Seat:
        """Take none."""
        ...

    async def finish_wrap_up(self, operator_id: str) -> Seat:
        """Be done with the last call."""
        ...

    async def extend_wrap_up(self, operator_id: str) -> Seat:
        """A minute more."""
        ...

    async def pop_shown(self, operator_id: str, contact_id: str) -> None:
        """The screen has painted this pop."""
        ...

    async def hold(self, operator_id: str, contact_id: str) -> None:
        """Music for the citizen."""
        ...

    async def retrieve(self, operator_id: str, contact_id: str) -> None:
        """Back from the music."""
        ...

    async def hang_up(self, operator_id: str, contact_id: str) -> None:
        """End the call."""
        ...

    async def close(
        self, operator: Operator, contact_id: str, code: str, note: str, caller_name: str
    ) -> Disposition:
        """Write down how it was dealt with."""
        ...


class Board(Protocol):
    """The wallboard; ``gateway.intake.board.Board``."""

    def view(self) -> Json:
        """Everything the wall shows."""
        ...


class Lifeline(Protocol):
    """What becomes of talks whose page is cut off; ``gateway.intake.lifeline.Lifeline``."""

    async def replaced(self, number: str) -> None:
        """Another page is this seat's phone now."""
        ...

    async def cut(self, number: str, back: Callable[[], bool]) -> None:
        """The socket of this seat's page broke; ends early when it is ``back``."""
        ...


class Subscription(AbstractAsyncContextManager[Any], Protocol):
    """One console's messages; raises ``gateway.intake.hub.TooSlow`` when it was cut off."""

    def heard(self) -> None:
        """It said something."""
        ...

    def __aiter__(self) -> AsyncIterator[Json]:
        """Messages in order, for ever."""
        ...


class Hub(Protocol):
    """Push; ``gateway.intake.hub.Hub``."""

    def attach(self, operator: Operator, epoch: str, last: int) -> Subscription:
        """Listen from where the console was, or from a snapshot."""
        ...


class Inbox(Protocol):
    """Where everything that a platform delivers is recorded; ``gateway.intake.inbox.Inbox``."""

    async def accept(
        self, account: str, received: Received, raw: bytes = b"", origin: From = NOWHERE
    ) -> object:
        """Record all of it once, however often it comes; then it may be acknowledged.

        Raises StoreUnavailable: nothing was recorded, the platform shall come again.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatParts:
    """What operators do with conversations, and what they see of them.

    ``throttling`` is also that of calls, ``texting`` writes to who called.
    """

    talks: Talks
    words: Words
    files: SendingFiles
    looks: Looks
    citizens: Citizens
    line: LineList
    throttling: Throttling
    texting: Texting


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardParts:
    """What was heard: read, searched, alarms, and who follows a call live."""

    transcripts: TranscriptDesk
    words: WordSearch
    alarms: Alarms
    screens: HeardScreens


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertParts:
    """Departments and their experts, and the answers that they owe."""

    experts: Experts
    promises: Promises


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyParts:
    """Hand-overs to emergency lines; ``lines`` is the health of each line."""

    handovers: Handovers
    reconciling: Reconciling
    lines: Callable[[], list[Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductParts:
    """Due process: what is held against contacts, and what follows."""

    conduct: Conduct
    standings: Standings
    evidence: EvidenceDesk
    complaints: StaffComplaints


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestParts:
    """Who else may be in a call: asked in, parked, supervised."""

    directory: Directory
    guests: GuestsDesk
    parking: Parking
    supervision: Supervision


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderParts:
    """Leaders' days, and what their assistants hear."""

    days: LeaderDays
    shadow: LeaderShadow


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """Everything that the web speaks to.

    ``queues`` reads every queue (``store.queues``), ``numbers`` are those that citizens dial now;
    ``health`` gives each part's name and "up" or a short reason; ``wall_opens`` knows the
    wallboard's token; ``sip_url`` is the telephone system's own WebSocket,
    ``ws://127.0.0.1:port/ws``; ``web_call_secret`` is what the telephone system knows a citizen's
    browser call by; ``citizens`` is None where messages are not taken. ``channels`` are the
    accounts in use by id, ``inbox`` takes what they receive; without one there are no hooks, and
    nothing of ``files``, ``experts``, ``emergencies``, ``incidents``, ``leaders``, ``conduct`` and
    ``centres`` where these are None.
    """

    accounts: Accounts
    records: Records
    audit: Audit
    marks: Marks
    callbacks: Callbacks
    voicemails: VoicemailDesk
    dialler: Dialler
    desk: Desk
    chats: ChatParts
    heard: HeardParts
    guests: GuestParts
    board: Board
    drafts: Drafts
    hub: Hub
    lifeline: Lifeline
    clock: Clock
    phone_secrets: PhoneSecrets
    queues: Callable[[], Awaitable[tuple[Queue, ...]]]
    numbers: Callable[[], Sequence[Number]]
    admin: Admin
    health: Callable[[], Mapping[str, str]]
    wall_opens: Callable[[str], bool]
    sip_url: str
    web_call_secret: str = field(repr=False)
    citizens: CitizenParts | None = None
    channels: Mapping[str, Channel] = field(default_factory=dict)
    inbox: Inbox | None = None
    files: FileDesk | None = None
    experts: ExpertParts | None = None
    emergencies: EmergencyParts | None = None
    incidents: Incidents | None = None
    leaders: LeaderParts | None = None
    conduct: ConductParts | None = None
    centres: Centres | None = None
