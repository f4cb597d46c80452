"""What our flow is compared with: our own dialplan, with the key read in the dialplan itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from gateway.bench import ivr_calls
from gateway.bench.child import ChildFailed
from gateway.bench.ivr_calls import Climber, static_dialplan
from tests.gateway.telephony.test_asterisk_config import rendered

LADDER = tuple(float(n) for n in range(1, 21))


def test_the_static_ways_are_ours_with_one_step_changed() -> None:
    """The same steps in the same order; only the AGI differs, and once the names of the events."""
    files = rendered()
    text = files["extensions.conf"]
    ours = text[text.index("[hotline-in]") : text.index("exten => T,1")]
    kept = [line for line in ours.splitlines()[1:] if "AGI(" not in line]
    read = ivr_calls.READ_A_KEY.splitlines()
    static = static_dialplan(text, files["extensions_recorded.conf"])
    for way, word in (("[bench-static]", "hotline"), ("[bench-bare]", "bench")):
        theirs = static[static.index(way) :]
        theirs = theirs[: theirs.index("exten => T,1")]
        assert f"Gosub({word}-arrived," in theirs
        there = [
            line.replace("(bench-", "(hotline-").replace("(Bench", "(Hotline")
            for line in theirs.splitlines()[1:]
        ]
        assert [line for line in there if line not in read] == kept
    told = static[static.index("[bench-arrived]") :]
    assert "UserEvent(BenchArrived" in told
    assert "UserEvent(BenchRecording" in told
    assert "UserEvent(Hotline" not in told
    assert "AGI(agi" not in static


def test_a_dialplan_that_is_another_is_refused() -> None:
    """Rather no figure than a wrong one."""
    for text in ("[other]\n", "[hotline-in]\nexten => s,1,Answer()\n\n[x]\n"):
        with pytest.raises(ValueError, match=r".+"):
            static_dialplan(text, "")


@pytest.mark.parametrize(("holds", "start"), [(1, 9), (7, 9), (9, 9), (15, 2), (20, 0), (20, 19)])
async def test_the_climber_finds_the_highest_rung_that_holds(holds: int, start: int) -> None:
    """From below and from above, the first time and again."""
    climber = Climber(up_to(holds), LADDER, start)
    for _ in range(2):
        assert await climber.climb() == holds


async def test_a_ladder_of_which_nothing_holds_is_no_figure() -> None:
    """It says so."""
    with pytest.raises(ChildFailed):
        await Climber(up_to(0), LADDER, 9).climb()


def up_to(rate: float) -> Callable[[float], Awaitable[bool]]:
    """A hotline that carries this rate and no more."""

    async def holds(asked: float) -> bool:
        return asked <= rate

    return holds
