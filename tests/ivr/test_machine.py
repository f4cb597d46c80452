"""Where a caller goes, key by key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import KEYS, Flow, Hangup, Play, Queue
from ivr.machine import (
    DEAF,
    DONE,
    By,
    Choice,
    Collect,
    Effect,
    HangUp,
    Hear,
    Heard,
    Input,
    Speak,
    ToComplaint,
    ToEmergency,
    ToQueue,
    begin,
    step,
)
from ivr.plan import Plan
from tests.ivr.flows import HUMAN_FIRST, asking, flow, menu, plan


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


def test_the_key_of_a_complaint_leads_to_its_queue() -> None:
    """After the emergency lines and 0, before the queues' keys; without such a key it is none."""
    complains = plan(complaint_key="2", complaint_queue="care")
    assert walk(HUMAN_FIRST, complains, "2")[-1] == ToComplaint("care")
    assert walk(asking(shortcuts=True), complains, "2")[-1] == ToComplaint("care")
    assert walk(HUMAN_FIRST, plan(complaint_key="0", complaint_queue="care"), "0")[-1] == ToQueue(
        "civil"
    )
    line = plan(complaint_key="2", complaint_queue="care", emergency_keys={"2": "110"})
    assert walk(HUMAN_FIRST, line, "2")[-1] == ToEmergency("110")
    assert walk(HUMAN_FIRST, plan(), "2")[-1] == ToQueue("enterprise")


@given(st.lists(st.sampled_from([*KEYS, DONE]), max_size=12))
def test_any_keys_end_with_a_person(said: list[Input]) -> None:
    """Whatever is pressed, human first ends in a queue after one key at most."""
    effects = walk(HUMAN_FIRST, plan(), *said[:1] or [DONE])
    assert isinstance(effects[-1], ToQueue)


WORDS = ("人工", "企业", "企业开办", "开办", "物业")
ASK = Hear("ask_matter", tuple(sorted(WORDS)), 3_000)
AGAIN = Hear("ask_again", tuple(sorted(WORDS)), 3_000)


def choice(of: Flow, how: Plan, *said: Input) -> Choice | None:
    """What the machine remembers of the choice."""
    state, _ = begin(of, how)
    for each in said:
        state, _ = step(of, how, state, each)
    return state.choice


@pytest.mark.parametrize(
    ("said", "queue", "how"),
    [
        (Heard("我 想 问 企业 的 事"), "enterprise", Choice("firms", By.WORD)),
        (Heard("企 业 开 办"), "enterprise", Choice("firms", By.WORD)),
        (Heard("开办"), "fallback", Choice("person2", By.WORD)),
        (Heard("物业 和 企业"), "fallback", Choice("person2", By.WORD)),
        (Heard("企业 开办 我 要 人工"), "civil", Choice("person", By.WORD)),
        ("0", "civil", Choice("person", By.KEY)),
        (DEAF, "civil", Choice("person", By.DEAF)),
    ],
)
def test_spoken_words_lead_on(said: Input, queue: str, how: Choice) -> None:
    """The longest key word, of equals the first; 人工, 0 and deafness always mean a person."""
    assert walk(asking(), plan(), said) == [ASK, ToQueue(queue)]
    assert choice(asking(), plan(), said) == how


@pytest.mark.parametrize("said", [DONE, Heard("今天 天气"), Heard(""), "7"])
def test_two_misses_are_a_person(said: Input) -> None:
    """Silence, words without a key word, a key that means nothing: once more, then a person."""
    assert walk(asking(), plan(), said, said) == [ASK, AGAIN, ToQueue("civil")]
    assert choice(asking(), plan(), said, said) == Choice("person", By.MISSED)
    assert walk(asking(again=""), plan(), said, said) == [ASK, ASK, ToQueue("civil")]
    assert walk(asking(tries=1), plan(), said) == [ASK, ToQueue("civil")]


def test_keys_work_while_listening() -> None:
    """The node's own, and the plan's shortcuts where the node has them."""
    assert walk(asking(options={"5": "firms"}), plan(), "5")[-1] == ToQueue("enterprise")
    assert walk(asking(shortcuts=True), plan(), "2")[-1] == ToQueue("enterprise")
    assert choice(asking(shortcuts=True), plan(), "2") == Choice("enterprise", By.KEY)
    assert walk(asking(), plan(), "2")[-1] == AGAIN


@given(
    st.lists(
        st.one_of(
            st.sampled_from([*KEYS, DONE, DEAF]),
            st.text("企业开办物人工 ", max_size=8).map(Heard),
        ),
        min_size=2,
        max_size=2,
    )
)
def test_whatever_is_said_a_queue_comes_after_two_tries(said: list[Input]) -> None:
    """Nobody is asked a third time."""
    effects: list[Effect] = []
    state, effect = begin(asking(), plan())
    for each in said:
        effects.append(effect)
        if isinstance(effect, ToQueue):
            break
        state, effect = step(asking(), plan(), state, each)
    assert isinstance(effect, ToQueue)
    assert effects.count(ASK) == 1


def test_a_key_leads_to_an_emergency_line_at_any_question() -> None:
    """Before any other meaning, except 0, which is a person."""
    how = replace(plan(), emergency_keys={"2": "110", "0": "119"})
    assert walk(HUMAN_FIRST, how, "2")[-1] == ToEmergency("110")
    assert isinstance(walk(HUMAN_FIRST, how, "0")[-1], ToQueue)


def test_keys_that_are_named_after_the_greeting_work_at_any_moment() -> None:
    """Each hint once, while no key comes; then a person. A key ends them all."""
    hinted = plan(hints=("leader_key_8", "language_en_9"), keys={"2": "enterprise"})
    hints = [Collect("leader_key_8", 500), Collect("language_en_9", 500)]
    greeting = Collect("greeting", 500)
    assert walk(HUMAN_FIRST, hinted, DONE, DONE, DONE) == [greeting, *hints, ToQueue("civil")]
    assert walk(HUMAN_FIRST, hinted, DONE, "2") == [greeting, hints[0], ToQueue("enterprise")]
    assert walk(HUMAN_FIRST, hinted, "0") == [greeting, ToQueue("civil")]
    plain = flow(greeting=menu())
    assert walk(plain, hinted, DONE) == [greeting, ToQueue("civil")]
