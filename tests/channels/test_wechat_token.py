"""One token for everybody who waits, early, and never a storm."""

from __future__ import annotations

import asyncio

import pytest

from channels.errors import TryLater
from channels.wechat_token import APART_SECONDS, FORCED_MOST, Token
from tests.eventually import others_run


class Platform:
    """stable_token with a clock that tests turn."""

    def __init__(self) -> None:
        self.now, self.asked, self.token, self.seconds = 1000.0, list[bool](), 1, 7200.0
        self.fails = 0
        self.slow = asyncio.Event()
        self.slow.set()

    async def ask(self, force: bool) -> tuple[str, float]:
        """The token that there is; forced, another."""
        self.asked.append(force)
        await self.slow.wait()
        if self.fails:
            self.fails -= 1
            raise TryLater("40164", 9.0)
        self.token += force
        return f"T{self.token}", self.seconds


@pytest.fixture
def platform() -> Platform:
    """A platform."""
    return Platform()


@pytest.fixture
def token(platform: Platform) -> Token:
    """A token of it."""
    return Token(platform.ask, lambda: platform.now)


async def test_any_number_of_waiters_asks_once(platform: Platform, token: Token) -> None:
    """A thousand at once: one request, one token."""
    platform.slow.clear()
    waiting = [asyncio.create_task(token.get()) for _ in range(1000)]
    await others_run()
    platform.slow.set()
    assert {await one for one in waiting} == {"T1"}
    assert platform.asked == [False]


async def test_waiters_share_a_failure_too(platform: Platform, token: Token) -> None:
    """Nobody asks again what was just refused; the next one who comes does."""
    platform.fails = 1
    platform.slow.clear()
    waiting = [asyncio.create_task(token.get()) for _ in range(100)]
    await others_run()
    platform.slow.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, TryLater) and one.provider_code == "40164" for one in found)
    assert platform.asked == [False]
    assert await token.get() == "T1"


async def test_a_waiter_that_gives_up_takes_nobody_along(platform: Platform, token: Token) -> None:
    """The one who asks is cancelled: the next asks."""
    platform.slow.clear()
    first, second = asyncio.create_task(token.get()), asyncio.create_task(token.get())
    await others_run()
    first.cancel()
    platform.slow.set()
    assert await second == "T1"


async def test_it_is_renewed_before_its_end(platform: Platform, token: Token) -> None:
    """Within the last minutes a new one is asked for, never forced."""
    assert await token.get() == "T1"
    platform.now += 6900
    assert await token.get() == "T1"
    assert len(platform.asked) == 1
    platform.now += 100
    await token.get()
    assert platform.asked == [False, False]


async def test_a_short_token_is_used_for_half_its_life(platform: Platform, token: Token) -> None:
    """A platform that gives 300 s is not asked for every message."""
    platform.seconds = 300
    for _ in range(14):
        await token.get()
        platform.now += 10
    assert len(platform.asked) == 1


async def test_a_refused_token_is_renewed_once(platform: Platform, token: Token) -> None:
    """Somebody else forced a new one: everybody who was refused gets it by one request."""
    old = await token.get()
    platform.token = 2
    assert set(await asyncio.gather(*(token.get(old) for _ in range(50)))) == {"T2"}
    assert platform.asked == [False, False]


async def test_a_platform_that_refuses_everything_is_asked_twice(
    platform: Platform, token: Token
) -> None:
    """First token and one more; whoever is refused then waits until 30 s are over."""
    old = await token.get()
    for _ in range(100):
        platform.token += 1
        try:
            old = await token.get(old)
        except TryLater as later:
            assert 0 < later.retry_after_seconds <= APART_SECONDS  # noqa: PT017 - both may be
    assert len(platform.asked) == 2


async def test_force_is_the_last_resort(platform: Platform, token: Token) -> None:
    """The same token again is tried once more; refused again, 30 s later, it is forced."""
    old = await token.get()
    assert await token.get(old) == old
    platform.now += APART_SECONDS
    assert await token.get(old) == "T2"
    assert platform.asked == [False, False, True]


async def test_force_has_a_limit_a_day(platform: Platform, token: Token) -> None:
    """WeChat allows twenty."""
    platform.seconds = 1e9
    old = await token.get()
    for _ in range(100):
        platform.now += APART_SECONDS
        old = await token.get(old)
    assert platform.asked.count(True) == FORCED_MOST
