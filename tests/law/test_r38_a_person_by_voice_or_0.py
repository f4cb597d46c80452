"""Row 38 (S4§41): whatever machine answers, a person is reached by voice or 0 at any moment."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import KEYS, Queue
from ivr.loader import SPEECH, load
from ivr.machine import (
    DEAF,
    DONE,
    Collect,
    Effect,
    Hear,
    Heard,
    Input,
    ToQueue,
    begin,
    step,
)
from ivr.plan import Plan

QUEUES = frozenset({"civil", "enterprise", "fallback"})
PLAN = Plan(default_queue="civil", keys={"2": "enterprise"}, valid_queues=QUEUES)
FLOW, _ = load(SPEECH, {"greeting", "ask_matter", "ask_again"}, QUEUES)
PERSON = ToQueue("civil")
ANYTHING: tuple[Input, ...] = (*KEYS, DONE, DEAF, Heard("今天 天气"), Heard("营业 执照"))
LONGEST = 3
"""The greeting and two questions."""


def after(said: tuple[Input, ...]) -> list[Effect]:
    """What a caller who does this meets, until they are in a queue."""
    state, effect = begin(FLOW, PLAN)
    effects = [effect]
    for one in said:
        if isinstance(effect, ToQueue):
            break
        state, effect = step(FLOW, PLAN, state, one)
        effects.append(effect)
    return effects


def test_r38_zero_is_a_person_wherever_a_caller_is() -> None:
    """In the greeting, in each question: 0 ends in the queue of people."""
    for length in range(LONGEST):
        for said in product(ANYTHING, repeat=length):
            if not isinstance(after(said)[-1], ToQueue):
                assert after((*said, "0"))[-1] == PERSON


@given(st.text("我要找人工转一下企业营业执照 ", max_size=12), st.integers(0, 12))
def test_r38_the_word_is_a_person_whatever_else_is_said(around: str, at: int) -> None:
    """人工 in the middle of any sentence, also beside key words, in both questions."""
    said = Heard(around[:at] + "人工" + around[at:])
    for before in ((), (DONE,)):
        effects = after((DONE, *before, said))
        assert isinstance(effects[-2], Hear)
        assert effects[-1] == PERSON


def test_r38_nobody_is_held_by_the_machine() -> None:
    """Every sequence ends in a queue after a greeting and two questions at most."""
    for said in product(ANYTHING, repeat=LONGEST):
        effects = after(said)
        assert isinstance(effects[-1], ToQueue)
        assert effects[-1].queue in QUEUES
        assert sum(isinstance(one, Hear) for one in effects) <= 2
        assert sum(isinstance(one, Collect) for one in effects) <= 1


def test_r38_a_machine_that_cannot_hear_says_nothing() -> None:
    """Deafness is the queue of people at once, not another question."""
    assert after((DONE, DEAF))[-1] == PERSON
    assert FLOW.nodes["person"] == Queue(queue="default")
