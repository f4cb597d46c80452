"""Where a caller goes, key by key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import KEYS, Flow, Hangup, Play, Queue
from ivr.machine import DONE, Collect, Effect, HangUp, Input, Speak, ToQueue, begin, step
from ivr.plan import Plan
from tests.ivr.flows import HUMAN_FIRST, flow, menu, plan


def walk(of: Flow, how: Plan, *said: Input) -> list[Effect]:
    """The effects, for what the caller does."""
    state, effect = begin(of, how)
    effects = [effect]
    for each in said:
        state, effect = step(of, how, state, each)
        effects.append(effect)
    return effects


@pytest.mark.parametrize(
    ("said", "queue"),
    [(DONE, "civil"), ("0", "civil"), ("2", "enterprise"), ("7", "civil"), ("*", "civil")],
)
def test_human_first(said: Input, queue: str) -> None:
    """No key, 0 and a key that means nothing: a person; a shortcut: its queue."""
    assert walk(HUMAN_FIRST, plan(), said) == [Collect("greeting", 500), ToQueue(queue)]


def test_a_shortcut_to_a_queue_that_is_not_there_means_nothing() -> None:
    """Nobody is sent to a queue that the telephone system does not have."""
    assert walk(HUMAN_FIRST, plan(keys={"3": "ghost"}), "3")[-1] == ToQueue("civil")
    fixed = flow(greeting=menu(options={"0": "q"}), q=Queue(queue="ghost"))
    assert walk(fixed, plan(), "0")[-1] == ToQueue("civil")


def test_a_wrong_key_may_be_tried_again() -> None:
    """An excuse, the prompt again, and then a person all the same."""
    twice = flow(greeting=menu(tries=2, invalid="bad_key"))
    again = [Collect("greeting", 500), Speak("bad_key"), Collect("greeting", 500)]
    assert walk(twice, plan(), "5", DONE, "0") == [*again, ToQueue("civil")]
    assert walk(twice, plan(), "5", DONE, "5") == [*again, ToQueue("civil")]
    quiet = flow(greeting=menu(tries=2))
    assert walk(quiet, plan(), "5", DONE) == [Collect("greeting", 500)] * 2 + [ToQueue("civil")]


def test_words_then_the_end() -> None:
    """Play goes on by itself; a hang-up may say goodbye."""
    of = flow("a", a=Play(prompt="welcome", next="b"), b=Hangup(prompt="bye"))
    assert walk(of, plan(), DONE, DONE) == [Speak("welcome"), Speak("bye"), HangUp()]
    assert walk(flow("a", a=Hangup()), plan()) == [HangUp()]


@given(st.lists(st.sampled_from([*KEYS, DONE]), max_size=12))
def test_any_keys_end_with_a_person(said: list[Input]) -> None:
    """Whatever is pressed, human first ends in a queue after one key at most."""
    effects = walk(HUMAN_FIRST, plan(), *said[:1] or [DONE])
    assert isinstance(effects[-1], ToQueue)
