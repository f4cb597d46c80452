"""Row 1 (S0§8, S1§2, S3§2, S4§6): human service 24 h x 7 d, holidays included.

Row 38 (S4§41): a person can be reached by 0 at any moment.
"""

from itertools import product

import pytest

from ivr.flow import KEYS, Flow
from ivr.loader import MAIN, load
from ivr.machine import DONE, Collect, HangUp, Input, Speak, ToQueue, begin, step
from ivr.plan import Plan

QUEUES = frozenset({"civil", "enterprise", "fallback"})
PLAN = Plan(default_queue="civil", keys={"2": "enterprise"}, valid_queues=QUEUES)
INPUTS: tuple[Input, ...] = (*KEYS, DONE)
LONGEST = 4


@pytest.fixture
def shipped() -> Flow:
    """The flow that callers hear."""
    flow, _ = load(MAIN, {"greeting"}, QUEUES)
    return flow


def end_of(flow: Flow, said: tuple[Input, ...]) -> tuple[str, int]:
    """The queue in which a caller who does this ends, and after how many inputs."""
    state, effect = begin(flow, PLAN)
    for count, one in enumerate(said):
        if isinstance(effect, ToQueue):
            return effect.queue, count
        assert not isinstance(effect, HangUp), "the flow hung up on a citizen"
        assert isinstance(effect, Speak | Collect)
        state, effect = step(flow, PLAN, state, one)
    assert isinstance(effect, ToQueue), f"still listening after {said}"
    return effect.queue, len(said)


def test_r01_whatever_a_caller_does_they_reach_a_queue_at_any_hour(shipped: Flow) -> None:
    """Every sequence of keys and silences ends in a queue.

    The flow knows no clock and no calendar (its node types hold none), so what holds now holds in
    every minute of the year.
    """
    assert {type(node).__name__ for node in shipped.nodes.values()} <= {"Menu", "Queue", "Play"}
    for said in product(INPUTS, repeat=LONGEST):
        queue, _ = end_of(shipped, said)
        assert queue in QUEUES


def test_r38_zero_and_silence_reach_a_person_at_once(shipped: Flow) -> None:
    """One key, or none, is all that is ever needed."""
    for one in ("0", DONE):
        assert end_of(shipped, (one, DONE, DONE, DONE)) == ("civil", 1)
