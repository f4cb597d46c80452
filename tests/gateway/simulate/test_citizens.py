"""Simulated citizens count truly what happened to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from gateway.core.citizen import mask_number
from gateway.simulate import citizens as module
from gateway.simulate.call import Call
from gateway.simulate.citizens import Citizens, number_of
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import BUSY
from gateway.simulate.tally import Tally
from tests.gateway.simulate.lossy_line import two_phones

Seat = Callable[[Citizens, Call], Coroutine[Any, Any, None]]


async def run(seat: Seat, *, count: int = 1, talk: float = 0.2, patience: float = 5) -> Tally:
    """Citizens call a phone that behaves as ``seat``."""
    tally = Tally()
    async with two_phones() as (a, b, _), asyncio.TaskGroup() as tasks:
        citizens = Citizens(a, "12345", tally)

        async def serve(phone: SipPhone) -> None:
            while True:
                call = await phone.incoming.get()
                await call.answered()
                tasks.create_task(seat(citizens, call))

        serving = tasks.create_task(serve(b))
        await citizens.run(count, 20, talk_seconds=talk, patience_seconds=patience)
        serving.cancel()
    return tally


async def meets(citizens: Citizens, call: Call) -> None:
    """A seat that does its work."""
    call.press("1")
    who = await call.heard.digits_heard(6, 5)
    assert (who[0], who[-1]) == ("*", "#")
    assert citizens.met(int(who[1:5]), asyncio.get_running_loop().time())


async def test_who_is_met_talks_and_hangs_up() -> None:
    """Answered, timed from the INVITE, ended by the citizen."""
    tally = await run(meets, count=3)
    assert (tally.started, tally.answered, tally.ended, tally.failed, tally.cut) == (3, 3, 3, 0, 0)
    assert len(tally.answer_seconds) == 3
    assert all(0 < seconds < 5 for seconds in tally.answer_seconds)


async def test_a_seat_that_asks_twice_is_answered_twice() -> None:
    """A key that was lost while the sound was connected costs a second, not the call."""

    async def hard_of_hearing(citizens: Citizens, call: Call) -> None:
        call.press("1")
        first = await call.heard.digits_heard(6, 5)
        call.press("1")
        both = await call.heard.digits_heard(12, 5)
        assert both == first * 2
        citizens.met(int(first[1:5]), asyncio.get_running_loop().time())

    assert (await run(hard_of_hearing)).answered == 1


async def test_who_waits_too_long_gives_up() -> None:
    """Abandoned is not failed."""

    async def nobody(_: Citizens, call: Call) -> None:
        await call.ended()

    tally = await run(nobody, patience=0.3)
    assert (tally.abandoned, tally.failed) == (1, 0)


async def test_who_is_cut_off_is_counted() -> None:
    """While waiting: failed. While talking: cut."""

    async def cuts(_: Citizens, call: Call) -> None:
        await call.hang_up()

    async def cuts_later(citizens: Citizens, call: Call) -> None:
        await meets(citizens, call)
        await call.hang_up()

    assert (await run(cuts)).why == {"cut while waiting": 1}
    tally = await run(cuts_later, talk=5)
    assert (tally.answered, tally.cut, tally.went_well) == (1, 1, False)


async def test_a_refused_call_is_failed_with_its_status() -> None:
    """486, 401, 503: the number tells the admin where to look."""
    tally = Tally()
    async with two_phones() as (a, b, _):
        b.on_invite = BUSY
        await Citizens(a, "1", tally).run(1, 20, talk_seconds=0, patience_seconds=1)
    assert tally.why == {"refused 486": 1}


async def test_a_stranger_is_nobody() -> None:
    """An index that nobody has, or one that was met already."""
    async with two_phones() as (a, _, _line):
        assert not Citizens(a, "1", Tally()).met(7, 0.0)


@pytest.mark.parametrize("citizen", [0, 7, 1234, module.MOST_CALLS - 1])
def test_a_masked_number_still_tells_citizens_apart(citizen: int) -> None:
    """Otherwise a wrong pop would go unnoticed."""
    assert mask_number(number_of(citizen)).endswith(f"{citizen:04d}")
    assert len(number_of(citizen)) == 11
