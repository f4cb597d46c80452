"""What the use cases ask of the telephone system."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.core.bans import DoorRestored, Knock
from gateway.core.gap import Bookmark, LogPage
from gateway.core.guest import CallIn, CallOut
from gateway.core.guest_kind import GuestMode
from gateway.core.line import LineSnapshot, News, PhoneKind


class Phones(Protocol):
    """The telephone system. Every call raises PhonesUnavailable when it does not answer in time."""

    def news(self) -> AsyncIterator[News]:
        """What happens, in order per call; the first thing after each login is LinkRestored."""
        ...

    async def enlist(
        self, seat: str, phone: PhoneKind, name: str, skills: Mapping[str, int], *, paused: bool
    ) -> None:
        """Make the seat's phone a member of exactly these queues (name → penalty)."""
        ...

    async def dismiss(self, seat: str) -> None:
        """Take both phones of a seat out of every queue; no error when they were in none."""
        ...

    async def expel(self, queue: str, interface: str) -> None:
        """Take out of a queue what no seat put there; no error when it is gone already."""
        ...

    async def pause(self, seat: str, phone: PhoneKind, reason: str) -> None:
        """No new calls for this seat."""
        ...

    async def resume(self, seat: str, phone: PhoneKind) -> None:
        """New calls for this seat."""
        ...

    async def withdraw(self, leg: str) -> None:
        """Stop ringing this leg; the caller keeps their place and rings elsewhere."""
        ...

    async def hold(self, channel: str, leg: str) -> None:
        """Music for the citizen; comes back by itself after the hold limit."""
        ...

    async def retrieve(self, channel: str) -> None:
        """Citizen and seat together again."""
        ...

    async def hang_up(self, channel: str) -> None:
        """End the citizen's leg and with it the call; no error when it is gone already."""
        ...

    async def lose(self, leg: str) -> None:
        """End a talking seat's leg as torn away: the citizen is kept for the seat, to music."""
        ...

    async def call_in(self, order: CallIn) -> None:
        """Dial a guest; the citizen and the seat talk on until the guest answers.

        Then the telephone system itself puts them together as ordered, also when we are away.
        Returns once it was ordered; GuestRang, GuestFailed, GuestJoined and GuestLeft tell the
        rest. Raises Unknown for a call that is gone.
        """
        ...

    async def move_guest(self, channel: str, guest: str, mode: GuestMode) -> None:
        """Let a guest who is in take part in another way; the citizen's side moves with it."""
        ...

    async def mute(self, channel: str, *, muted: bool) -> None:
        """Nobody hears this leg, any leg of a call, until it is unmuted; it hears everybody."""
        ...

    async def drop(self, guest: str) -> None:
        """End a guest's leg, ringing or in; no error when it is gone. The others talk on."""
        ...

    async def leave(self, leg: str) -> None:
        """End a talking seat's leg; the citizen talks on with the guests who are in.

        With nobody left the citizen goes to the head of the fallback queue.
        """
        ...

    async def send_to_queue(self, channel: str, queue: str, rank: int) -> None:
        """Take the citizen out of the talk into a queue, at this rank; the seat's leg ends."""
        ...

    async def leave_message(self, channel: str, *, voicemail: bool) -> None:
        """Take a waiting citizen out of the queue to leave a message, or to be called back."""
        ...

    async def park(self, channel: str, leg: str) -> None:
        """Music for the citizen for a longer while; the seat's leg ends, the call stays.

        When nobody picks it up in time, the citizen goes to the head of the fallback queue.
        """
        ...

    async def call_out(self, order: CallOut) -> None:
        """Call a citizen back; what answers is an ordinary call (CallArrived with Origin.OUT).

        CallOutFailed tells that nobody answered.
        """
        ...

    async def take_over(self, order: CallOut) -> bool:
        """A call out that an earlier gateway ordered goes on, if a leg of it is there.

        Its seat rings still: the citizen is called once it has answered. False: nothing is there.
        """
        ...

    async def send_to_emergency(self, channel: str, code: str) -> None:
        """Let the telephone system itself take the citizen to an emergency line, all alone.

        For a seat whose own leg is failing: it ends at once. When nobody answers, or there is no
        such line, the citizen heads the fallback queue. Raises Unknown when the citizen is gone.
        """
        ...

    async def pause_recording(self, channel: str, *, paused: bool) -> None:
        """Silence in the recordings of this call while something secret is said."""
        ...

    async def packets_from(self, leg: str) -> int:
        """How many packets of sound this seat has sent in its leg; 0 when that is gone."""
        ...

    async def keep_announcement(self, did: str, name: str, until: datetime) -> None:
        """What callers of this number hear while we are away, until then; no ``name``: nothing.

        A telephone system that is started anew, or reads its dialplan anew, has forgotten it.
        """
        ...

    async def whisper(self, channel: str, prompts: Sequence[str]) -> None:
        """Speak prompts (names) over the music without taking the caller out of the queue."""
        ...

    async def tap(self, channel: str, stream: str, address: tuple[str, int]) -> None:
        """Send what this leg says, from now on, to a listener (AudioSocket; host and port).

        ``stream`` is a new UUID as text. Returns once it was ordered; line.TapEnded says that it
        failed or ended, unless the link was lost meanwhile: then LinkRestored's snapshot has the
        taps that there are. The call does not notice any of it.
        """
        ...

    async def untap(self, stream: str) -> None:
        """Take a tap off; no error when it is gone already."""
        ...

    async def reachable(self, seat: str, phone: PhoneKind) -> bool:
        """Whether this phone is registered now."""
        ...

    async def rouse(self, seat: str, phone: PhoneKind) -> None:
        """Ask this phone now whether it is there, instead of when its time has come."""
        ...

    async def snapshot(self) -> LineSnapshot:
        """Everything the telephone system has now."""
        ...


class Door(Protocol):
    """The doors of SIP. Asking and telling raise PhonesUnavailable without an answer."""

    def knocks(self) -> AsyncIterator[Knock | DoorRestored]:
        """Who tries to get in; the first thing after each login is DoorRestored."""
        ...

    async def phones_at(self) -> frozenset[str]:
        """The addresses from which phones of ours are registered now."""
        ...

    async def shut_out(self, sources: Sequence[str]) -> None:
        """Refuse every request from these networks, and from no others."""
        ...


class CallLog(Protocol):
    """The telephone system's own record of its calls, kept also while we are away."""

    def pages(self, since: Bookmark) -> AsyncIterator[LogPage]:
        """What was written after ``since``, calls in the order of their ends, in bounded pages.

        The last page has the calls that have not ended, and is there even when nothing is new. A
        record that cannot be read gives none.
        """
        ...

    async def end(self) -> Bookmark | None:
        """Where the record ends now, with an empty ``run``; None when it cannot be read."""
        ...


class PhoneSecrets(Protocol):
    """What a seat's phone needs to register."""

    def password(self, seat: str, phone: PhoneKind) -> str:
        """The SIP password of this phone."""
        ...
