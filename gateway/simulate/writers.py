"""Simulated citizens who write: a matter each, at their own pace, on the chat or the form."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from gateway.simulate.day import Day, Seen
from gateway.simulate.errors import PhoneError
from gateway.simulate.matters import MARK, MATTERS
from gateway.simulate.writer import Writer

MOST_WRITERS = 12
"""As many write at once; whoever comes more often than that has written before."""
FORM_SHARE = 0.2
MOST_FORMS = 40
"""In one day of the demo: forms stay in the books, and each is a citizen of its own."""
PATIENCE_SECONDS = 240.0
ANSWER_SECONDS = 60.0
AWAY = (PhoneError, aiohttp.ClientError, TimeoutError)


class Writers:
    """``run`` lets one after the other write; made by ``writers``."""

    def __init__(
        self, web: aiohttp.ClientSession, day: Day, seen: Seen, dice: random.Random
    ) -> None:
        self._web, self._day = web, day
        self._seen, self._dice = seen, dice
        self._resting: list[Writer] = []
        self._all: list[Writer] = []
        self.forms: set[str] = set()
        """The beginnings of the contact ids of all forms that were handed in."""

    async def run(self) -> None:
        """One after the other until cancelled, the first one at once."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                tasks.create_task(self._come())
                pause = self._day.pause_seconds / self._day.writes
                await asyncio.sleep(self._dice.expovariate(1 / pause))

    async def go_home(self) -> None:
        """Everybody ends their conversation."""
        for one in self._all:
            with contextlib.suppress(*AWAY):
                await one.leave()

    async def _come(self) -> None:
        try:
            if self._dice.random() < FORM_SHARE and len(self.forms) < MOST_FORMS:
                await self._hand_in()
            else:
                await self._converse()
        except AWAY:
            self._seen.turned_away += 1

    async def _hand_in(self) -> None:
        matter = self._dice.choice(MATTERS)
        said = {"matter": f"{MARK}{matter.opening}", "place": matter.place, "want_feedback": "no"}
        self.forms.add(await Writer(self._web, self._day.url).hand_in(said))
        self._seen.forms += 1

    async def _converse(self) -> None:
        one = self._somebody()
        if one is None:
            return
        try:
            await one.begin()
            self._seen.conversations += 1
            for text in self._dice.choice(MATTERS).said:
                await one.say(text)
                if not await one.hears_a_person(PATIENCE_SECONDS):
                    break
                await asyncio.sleep(self._dice.uniform(0.4, 1.6) * self._day.typing_seconds)
            await one.leave()
        finally:
            self._resting.append(one)

    def _somebody(self) -> Writer | None:
        """A citizen who is not writing; whoever has written before as often as somebody new."""
        grown_up = len(self._all) >= MOST_WRITERS
        if self._resting and (grown_up or self._dice.random() < 0.5):
            return self._resting.pop(self._dice.randrange(len(self._resting)))
        if grown_up:
            return None
        one = Writer(self._web, self._day.url)
        self._all.append(one)
        return one


@asynccontextmanager
async def writers(day: Day, seen: Seen, dice: random.Random) -> AsyncIterator[Writers]:
    """They have browsers for the time of the context."""
    url = day.url.rstrip("/")
    async with aiohttp.ClientSession(
        headers={"Origin": url},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
    ) as web:
        yield Writers(web, day, seen, dice)
