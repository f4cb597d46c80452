"""A telephone system for tests: members, pauses and legs as state, news said by the test."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.core.errors import PhonesUnavailable, Unknown
from gateway.core.guest import CallIn, CallOut
from gateway.core.guest_kind import GuestMode
from gateway.core.line import (
    LineSnapshot,
    LiveCall,
    LiveMember,
    LiveTap,
    News,
    PhoneKind,
    TapEnded,
)


@dataclass
class PhonesPeer:
    """Implements ``gateway.ports.Phones``; what it was asked is visible as state."""

    members: dict[tuple[str, str], LiveMember] = field(default_factory=dict)
    registered: set[tuple[str, PhoneKind]] = field(default_factory=set)
    calls: list[LiveCall] = field(default_factory=list)
    roused: list[tuple[str, PhoneKind]] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    expelled: list[tuple[str, str]] = field(default_factory=list)
    held: list[tuple[str, str]] = field(default_factory=list)
    retrieved: list[str] = field(default_factory=list)
    hung_up: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    called_in: list[CallIn] = field(default_factory=list)
    called_out: list[CallOut] = field(default_factory=list)
    taken_over: list[CallOut] = field(default_factory=list)
    legs_out: set[str] = field(default_factory=set)
    moved: list[tuple[str, str, GuestMode]] = field(default_factory=list)
    muted: dict[str, bool] = field(default_factory=dict)
    announced: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    sent: list[tuple[str, str, int]] = field(default_factory=list)
    messages: list[tuple[str, bool]] = field(default_factory=list)
    sent_to_emergency: list[tuple[str, str]] = field(default_factory=list)
    parked: list[tuple[str, str]] = field(default_factory=list)
    recordings_paused: dict[str, bool] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """Hotline ids that ``call_in`` does not know."""
    packets: int = 0
    sounds: bool = True
    spoken: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    taps: dict[str, LiveTap] = field(default_factory=dict)
    tapped: list[tuple[str, str, tuple[str, int]]] = field(default_factory=list)
    away: bool = False
    at: datetime | None = None
    _news: asyncio.Queue[News] = field(default_factory=asyncio.Queue)

    def say(self, *news: News) -> None:
        """Something happened on the telephone."""
        for one in news:
            self._news.put_nowait(one)

    def news(self) -> AsyncIterator[News]:
        """What the test says."""
        return self._listen()

    async def _listen(self) -> AsyncIterator[News]:
        while True:
            yield await self._news.get()

    def _here(self) -> None:
        if self.away:
            raise PhonesUnavailable("away")

    async def enlist(
        self, seat: str, phone: PhoneKind, name: str, skills: Mapping[str, int], *, paused: bool
    ) -> None:
        """Exactly these queues."""
        self._here()
        assert name
        self.members = {key: one for key, one in self.members.items() if key[0] != seat}
        for queue, penalty in skills.items():
            self.members[seat, queue] = LiveMember(
                seat=seat, phone=phone, queue=queue, penalty=penalty, paused=paused, reason=""
            )

    async def dismiss(self, seat: str) -> None:
        """Out of every queue."""
        self._here()
        self.members = {key: one for key, one in self.members.items() if key[0] != seat}

    def _set_paused(self, seat: str, phone: PhoneKind, reason: str, *, paused: bool) -> None:
        self._here()
        for key, one in self.members.items():
            if key[0] == seat:
                self.members[key] = LiveMember(
                    seat=seat,
                    phone=phone,
                    queue=one.queue,
                    penalty=one.penalty,
                    paused=paused,
                    reason=reason,
                )

    async def pause(self, seat: str, phone: PhoneKind, reason: str) -> None:
        """No calls."""
        self._set_paused(seat, phone, reason, paused=True)

    async def resume(self, seat: str, phone: PhoneKind) -> None:
        """Calls."""
        self._here()
        if not any(one == seat for one, _queue in self.members):
            raise Unknown("queue member", seat)
        self._set_paused(seat, phone, "", paused=False)

    def paused(self, seat: str) -> bool | None:
        """Whether this seat is paused in all its queues; None when it is in none."""
        states = {one.paused for key, one in self.members.items() if key[0] == seat}
        assert len(states) <= 1
        return states.pop() if states else None

    async def expel(self, queue: str, interface: str) -> None:
        """Out."""
        self._here()
        self.expelled.append((queue, interface))

    async def withdraw(self, leg: str) -> None:
        """Stop ringing."""
        self._here()
        self.withdrawn.append(leg)

    async def hold(self, channel: str, leg: str) -> None:
        """Music."""
        self._here()
        self.held.append((channel, leg))

    async def retrieve(self, channel: str) -> None:
        """No music."""
        self._here()
        self.retrieved.append(channel)

    async def hang_up(self, channel: str) -> None:
        """The end."""
        self._here()
        self.hung_up.append(channel)

    async def lose(self, leg: str) -> None:
        """Torn away."""
        self._here()
        self.lost.append(leg)

    async def call_in(self, order: CallIn) -> None:
        """Ordered; the test says what becomes of it."""
        self._here()
        if order.hotline_id in self.gone:
            raise Unknown("call", order.hotline_id)
        self.called_in.append(order)

    async def move_guest(self, channel: str, guest: str, mode: GuestMode) -> None:
        """Another way."""
        self._here()
        self.moved.append((channel, guest, mode))

    async def mute(self, channel: str, *, muted: bool) -> None:
        """Unheard, or heard again."""
        self._here()
        self.muted[channel] = muted

    async def keep_announcement(self, did: str, name: str, until: datetime) -> None:
        """Kept until it is told anew."""
        self._here()
        self.announced[did] = name, until

    async def drop(self, guest: str) -> None:
        """Out."""
        self._here()
        self.dropped.append(guest)

    async def leave(self, leg: str) -> None:
        """The seat goes."""
        self._here()
        self.left.append(leg)

    async def send_to_queue(self, channel: str, queue: str, rank: int) -> None:
        """Elsewhere."""
        self._here()
        self.sent.append((channel, queue, rank))

    async def leave_message(self, channel: str, *, voicemail: bool) -> None:
        """To the machine."""
        self._here()
        self.messages.append((channel, voicemail))

    async def park(self, channel: str, leg: str) -> None:
        """Music for longer."""
        self._here()
        self.parked.append((channel, leg))

    async def call_out(self, order: CallOut) -> None:
        """Ordered; the test says what becomes of it."""
        self._here()
        self.called_out.append(order)

    async def take_over(self, order: CallOut) -> bool:
        """Whether the test left a leg of it there."""
        self._here()
        self.taken_over.append(order)
        return order.id in self.legs_out

    async def send_to_emergency(self, channel: str, code: str) -> None:
        """Alone to an emergency line."""
        self._here()
        self.sent_to_emergency.append((channel, code))

    async def pause_recording(self, channel: str, *, paused: bool) -> None:
        """Silence, or not."""
        self._here()
        self.recordings_paused[channel] = paused

    async def packets_from(self, leg: str) -> int:
        """Fifty more at each look, while there is sound."""
        self._here()
        assert leg
        self.packets += 50 if self.sounds else 0
        return self.packets

    async def whisper(self, channel: str, prompts: Sequence[str]) -> None:
        """Words over music."""
        self._here()
        self.spoken.append((channel, tuple(prompts)))

    async def tap(self, channel: str, stream: str, address: tuple[str, int]) -> None:
        """A tap runs until ``tap_ends``."""
        self._here()
        self.tapped.append((channel, stream, address))
        self.taps[stream] = LiveTap(stream=stream, channel=channel)

    async def untap(self, stream: str) -> None:
        """It ends."""
        self._here()
        self.tap_ends(stream)

    def tap_ends(self, stream: str) -> None:
        """Over, if it was there; the news says so."""
        if self.taps.pop(stream, None):
            assert self.at
            self.say(TapEnded(stream=stream, at=self.at))

    async def reachable(self, seat: str, phone: PhoneKind) -> bool:
        """Whether the test registered this phone."""
        self._here()
        return (seat, phone) in self.registered

    async def rouse(self, seat: str, phone: PhoneKind) -> None:
        """Asked."""
        self._here()
        self.roused.append((seat, phone))

    async def snapshot(self) -> LineSnapshot:
        """Everything."""
        self._here()
        assert self.at
        return LineSnapshot(
            at=self.at,
            calls=tuple(self.calls),
            members=tuple(self.members.values()),
            taps=tuple(self.taps.values()),
        )
