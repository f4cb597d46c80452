"""A real Asterisk, our phones over it, SIP telephones at its ends, and everything that was said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from gateway.clock import SystemClock
from gateway.core import line
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import AT_ONCE, Policy
from gateway.telephony.ami_limits import LinkLimits
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.phones import AsteriskPhones
from tests.asterisk_world import AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.peers.agi_peer import verdict_peer


class PhonesWorld:
    """``news`` is everything ``phones.news()`` said, ``link`` the one it was heard over."""

    def __init__(self, asterisk: AsteriskWorld, links: AmiLinks) -> None:
        self.asterisk, self.links, self.link = asterisk, links, links.events
        self.phones = AsteriskPhones(links, SystemClock())
        self.news: list[line.News] = []
        self.stack = AsyncExitStack()

    async def listen(self) -> None:
        """Read the news until the link is closed."""
        async for each in self.phones.news():
            self.news.append(each)

    def of(self, *kinds: type[line.News]) -> list[Any]:
        """The news of these kinds."""
        return [each for each in self.news if isinstance(each, kinds)]

    async def said(self, *kinds: type[line.News], times: int = 1, within: float = 8) -> Any:
        """Wait for the last of so many news of these kinds."""
        await eventually(lambda: len(self.of(*kinds)) >= times, within)
        return self.of(*kinds)[times - 1]

    async def seat(self, number: str, policy: Policy = AT_ONCE, *queues: str) -> SipPhone:
        """A registered desk phone, member of these queues (civil when none is named)."""
        password = self.asterisk.phones.password(number, line.PhoneKind.DESK)
        phone = SipPhone(f"desk-{number}", self.asterisk.sip, password, on_invite=policy)
        await self.stack.enter_async_context(phone)
        await phone.register()
        skills = dict.fromkeys(queues or ("civil",), 0)
        await self.phones.enlist(number, line.PhoneKind.DESK, number, skills, paused=False)
        return phone

    async def citizen(self, number: str = "13800001111") -> SipPhone:
        """Somebody with a telephone."""
        return await self.stack.enter_async_context(SipPhone(number, self.asterisk.sip))

    async def nothing_left(self) -> None:
        """No channel in Asterisk, nothing remembered by us."""

        async def empty() -> bool:
            return not await self.link.act_list("CoreShowChannels")

        await eventually(empty)
        tracks = self.phones._reader.tracks
        await eventually(lambda: (len(tracks), tracks.channels) == (0, 0))
        await eventually(lambda: self.phones._whispers.running == 0)
        await eventually(lambda: self.phones._taps.running == 0)
        assert self.phones.unread == 0


@asynccontextmanager
async def phones_world(
    tmp_path: Path, limits: LinkLimits | None = None, **asterisk: Any
) -> AsyncIterator[PhonesWorld]:
    """Up, with LinkRestored said, and every caller sent to the queue civil."""
    async with (
        asterisk_world(tmp_path, **asterisk) as world,
        verdict_peer(world.agi_port, "civil"),
        asyncio.TaskGroup() as tasks,
        AmiLinks(
            host="127.0.0.1", port=world.ami_port, secrets=world.ami_secrets, limits=limits
        ) as links,
    ):
        both = PhonesWorld(world, links)
        tasks.create_task(both.listen())
        await both.said(line.LinkRestored)
        async with both.stack:
            yield both


def story(news: Sequence[line.News]) -> list[str]:
    """News as short lines: the kind and what matters in it."""
    return [each for one in news if (each := _line(one))]


def _line(one: line.News) -> str:
    line_ = _LINES.get(type(one))
    return line_(one) if line_ else type(one).__name__


_LINES: dict[type[line.News], Callable[[Any], str]] = {
    line.CallerQueued: lambda one: f"queued {one.queue}",
    line.SeatRang: lambda one: f"rang {one.seat}",
    line.SeatDeclined: lambda one: f"declined {one.seat} {one.cause}",
    line.SeatAnswered: lambda one: f"answered {one.seat}",
    line.CallerLeftQueue: lambda one: f"left {one.queue} {one.why}",
    line.SeatLeft: lambda one: f"seat left {one.seat}",
    line.CallGone: lambda one: "gone by citizen" if one.by_citizen else "gone",
    line.SeatPhoneChanged: lambda _: "",
}
