"""Puzzles: altcha's own JavaScript solves ours; an answer counts once, and only if it is one."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.puzzles import COST, MOST_CHARACTERS, SECONDS, Puzzles, _signed
from tests.peers.node import node
from tests.turned_clock import TurnedClock


@pytest.fixture
def clock() -> TurnedClock:
    """Time that stands."""
    return TurnedClock()


@pytest.fixture
def puzzles(clock: TurnedClock) -> Puzzles:
    """Ours."""
    return Puzzles(bytes(32), clock)


async def solution(puzzle: dict[str, Any]) -> str:
    """What altcha-lib for JavaScript makes of it."""
    return await node("altcha_peer.mjs", stdin=json.dumps(puzzle))


def packed(answer: Any) -> str:
    """As it travels."""
    return base64.b64encode(json.dumps(answer).encode()).decode()


async def test_altchas_own_library_solves_ours_once(puzzles: Puzzles) -> None:
    """An independent solver; the same answer again is spent, of another server it is nothing."""
    answer = await solution(puzzles.make())
    assert not await Puzzles(b"x" * 32, puzzles._clock).solved(answer)
    assert await puzzles.solved(answer)
    assert not await puzzles.solved(answer)


async def test_an_answer_too_late_is_none(puzzles: Puzzles, clock: TurnedClock) -> None:
    """A puzzle has an end, and what was spent is forgotten only after it."""
    answer = await solution(puzzles.make())
    clock.turn(SECONDS + 1)
    assert not await puzzles.solved(answer)


async def test_an_easier_puzzle_is_not_ours(puzzles: Puzzles) -> None:
    """Whoever lowers the cost or writes another end breaks the signature."""
    answer = json.loads(base64.b64decode(await solution(puzzles.make())))
    for field, value in (("cost", 1), ("keyPrefix", ""), ("data", {"ends": 9_999_999_999})):
        other = json.loads(json.dumps(answer))
        other["challenge"]["parameters"][field] = value
        assert not await puzzles.solved(packed(other)), field
    wrong = json.loads(json.dumps(answer))
    wrong["solution"]["counter"] += 1
    wrong["solution"]["derivedKey"] = "00" * 32
    assert not await puzzles.solved(packed(wrong))
    assert await puzzles.solved(packed(answer))


def test_checking_is_cheap() -> None:
    """The cost of one try, which is what a check takes, stays low."""
    assert COST <= 1000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.one_of(st.text(max_size=100), JSON.map(packed), st.fixed_dictionaries({
    "challenge": st.fixed_dictionaries({"signature": JSON, "parameters": JSON}),
    "solution": JSON,
}).map(packed)))  # fmt: skip
def test_whatever_is_sent_is_no_answer_and_nothing_raises(text: str) -> None:
    """The cheap look finds no signature in it, or one that is then checked."""
    signature, ends = _signed(text)
    assert isinstance(signature, str)
    assert ends >= 0


async def test_a_huge_answer_is_not_even_read(puzzles: Puzzles) -> None:
    """The size is looked at first."""
    assert _signed("A" * (MOST_CHARACTERS + 1)) == ("", 0)
    assert not await puzzles.solved("A" * 10_000_000)


@pytest.mark.parametrize(
    "solved",
    [None, 1, "x", {"counter": "x"}, {"counter": -1, "derivedKey": "zz"}, {"counter": 1e99}],
)
async def test_a_signed_puzzle_with_a_broken_answer_is_no_fault(
    puzzles: Puzzles, solved: object
) -> None:
    """What altcha's library would raise at stays inside."""
    assert not await puzzles.solved(packed({"challenge": puzzles.make(), "solution": solved}))
