"""The tap server reads whatever comes, lets in who is expected, and has limits for everything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from asr.audiosocket import Frame, Kind
from asr.tap_server import MOST_LATE, Line, TapServer
from tests.asr.ear_world import new_stream
from tests.eventually import eventually, remains
from tests.peers.asterisk_tap_peer import QUIET, asterisk_tap


@dataclass
class GuestPeer:
    """Implements ``Guest``: what happened to it."""

    lines: list[Line] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    ends: int = 0

    def came(self, line: Line) -> None:
        """Noted."""
        self.lines.append(line)

    def took(self, frame: Frame) -> None:
        """Noted."""
        self.frames.append(frame)

    def gone(self) -> None:
        """Counted."""
        self.ends += 1


@dataclass
class Door:
    """A server and who may come in, each once."""

    server: TapServer
    guests: dict[str, GuestPeer]

    def guest(self) -> tuple[str, GuestPeer]:
        """Somebody new who is expected."""
        name, guest = new_stream(), GuestPeer()
        self.guests[name] = guest
        self.server.expected(name)
        return name, guest


@asynccontextmanager
async def door(
    *, most_connections: int = 64, hello_seconds: float = 5.0, silent_seconds: float = 60.0
) -> AsyncIterator[Door]:
    """Open until the block ends."""
    guests: dict[str, GuestPeer] = {}
    async with TapServer(
        lambda name: guests.pop(name, None),
        most_connections=most_connections,
        hello_seconds=hello_seconds,
        silent_seconds=silent_seconds,
    ) as server:
        yield Door(server, guests)


async def test_a_guest_is_told_that_it_came_what_it_sent_and_that_it_is_gone() -> None:
    """The hangup frame ends it as a closed connection does."""
    async with door() as it:
        name, guest = it.guest()
        async with asterisk_tap(it.server.port, name) as tap:
            sent = [Frame(Kind.SLIN8, QUIET), Frame(Kind.KEY, b"5"), Frame(Kind.ERROR, b"\x01")]
            tap.send(*sent, Frame(Kind.HANGUP))
            await eventually(lambda: guest.ends)
        assert (len(guest.lines), guest.frames, guest.ends) == (1, sent, 1)
        assert it.server.refused == 0


async def test_who_comes_before_we_know_of_them_waits_a_moment() -> None:
    """A second of the same name is refused meanwhile; an unknown one after the moment."""
    async with door() as it:
        name = new_stream()
        async with asterisk_tap(it.server.port, name) as tap:
            await eventually(lambda: it.server._early)
            async with asterisk_tap(it.server.port, name) as again:
                await eventually(again.closed.is_set)
            guest = GuestPeer()
            it.guests[name] = guest
            it.server.expected(name)
            tap.send(Frame(Kind.SLIN8, QUIET))
            await eventually(lambda: guest.frames)
        async with asterisk_tap(it.server.port, new_stream()) as tap:
            await eventually(tap.closed.is_set)
        assert (it.server.refused, it.server._early) == (2, {})


async def test_only_so_many_may_wait_for_their_name_to_be_known() -> None:
    """More are refused at once."""
    async with door() as it, asyncio.TaskGroup() as tasks:

        async def stranger() -> None:
            async with asterisk_tap(it.server.port, new_stream()) as tap:
                await eventually(tap.closed.is_set)

        for _ in range(MOST_LATE + 8):
            tasks.create_task(stranger())
        await eventually(lambda: it.server.refused >= 8)
        assert len(it.server._early) <= MOST_LATE


async def test_who_says_nothing_is_closed() -> None:
    """Before its name, and, with more patience, after it."""
    async with door(hello_seconds=0.2, silent_seconds=0.5) as it:
        async with asterisk_tap(it.server.port) as tap:
            await eventually(tap.closed.is_set)
        name, guest = it.guest()
        async with asterisk_tap(it.server.port, name) as tap:
            await tap.is_quiet(0.7)
            assert guest.ends == 0
            await eventually(lambda: guest.ends == 1)


async def test_more_connections_than_the_limit_are_closed() -> None:
    """Those who are here stay."""
    async with door(most_connections=2) as it:
        name, guest = it.guest()
        async with asterisk_tap(it.server.port, name), asterisk_tap(it.server.port):
            await eventually(lambda: guest.lines)
            async with asterisk_tap(it.server.port) as third:
                await eventually(third.closed.is_set)
            await remains(lambda: guest.ends == 0, 0.1)


async def test_who_does_not_read_is_sent_no_more_than_a_second() -> None:
    """We never wait for it, and keep nothing for it."""
    async with door() as it:
        name, guest = it.guest()
        async with asterisk_tap(it.server.port, name, reads=False):
            await eventually(lambda: guest.lines)
            for _ in range(100_000):
                guest.lines[0].send(Frame(Kind.SLIN8, QUIET))
            (connection,) = it.server.connections
            assert connection._transport
            assert connection._transport.get_write_buffer_size() < 20_000


async def test_a_farewell_reaches_who_still_sends() -> None:
    """The hangup frame comes, then the other side closes."""
    async with door() as it:
        name, guest = it.guest()
        async with asterisk_tap(it.server.port, name) as tap:
            await eventually(lambda: guest.lines)
            talking = asyncio.create_task(tap.say(QUIET * 200))
            await eventually(lambda: len(guest.frames) > 2)
            guest.lines[0].farewell()
            await talking
            assert tap.hung_up
            await eventually(lambda: guest.ends == 1)


@pytest.mark.parametrize("first", [Frame(Kind.SLIN8, QUIET), Frame(Kind.HANGUP)])
async def test_a_name_comes_first(first: Frame) -> None:
    """Anything else is refused."""
    async with door() as it:
        async with asterisk_tap(it.server.port) as tap:
            tap.send(first)
            await eventually(tap.closed.is_set)
        assert it.server.refused == 1
