"""A flow that could strand a caller is never used; each problem has its code and its node."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.check import check
from ivr.flow import Flow, Hangup, Node, Play, Queue
from tests.ivr.flows import HUMAN_FIRST, PROMPTS, QUEUES, asking, flow, listen, menu


def found(of: Flow) -> set[tuple[str, str]]:
    """Codes and nodes of the problems."""
    return {(each.code, each.node) for each in check(of, PROMPTS, QUEUES)}


def test_a_good_flow_has_no_problem() -> None:
    """Human first."""
    assert found(HUMAN_FIRST) == set()
    assert found(flow("person")) == set()


@pytest.mark.parametrize(
    ("nodes", "code", "node"),
    [
        ({}, "E001", ""),
        ({"greeting": menu(otherwise="nowhere")}, "E002", "greeting"),
        ({"greeting": menu(options={"0": "person", "1": "x"})}, "E002", "greeting"),
        ({"greeting": menu(otherwise="")}, "E003", "greeting"),
        ({"greeting": Play(prompt="welcome", next="")}, "E003", "greeting"),
        ({"greeting": menu("unrecorded")}, "E006", "greeting"),
        ({"greeting": menu(invalid="unrecorded")}, "E006", "greeting"),
        ({"greeting": menu(), "q": Queue(queue="nosuch")}, "E007", "q"),
        ({"greeting": menu(otherwise="greeting")}, "E008", "greeting"),
        (
            {"greeting": menu(otherwise="a"), "a": Play(prompt="bye", next="greeting")},
            "E008",
            "greeting",
        ),
        ({"greeting": menu(), "a": Play(prompt="bye", next="a")}, "E009", "a"),
        ({"greeting": menu(options={"0": "person", "12": "person"})}, "E010", "greeting"),
        ({"greeting": menu(options={"0": "person", "": "person"})}, "E010", "greeting"),
        ({"greeting": menu(tries=0)}, "E011", "greeting"),
        ({"greeting": menu(wait_ms=60_000)}, "E011", "greeting"),
        ({"greeting": Play(prompt="bye", next="end"), "end": Hangup()}, "E102", "greeting"),
        ({"greeting": menu(otherwise="second"), "second": menu()}, "E102", "greeting"),
        ({"greeting": menu(options={})}, "E104", "greeting"),
        ({"greeting": menu(options={"0": "end"}), "end": Hangup()}, "E104", "greeting"),
        ({"greeting": menu(), "lonely": Hangup()}, "W101", "lonely"),
        ({"greeting": menu(options=dict.fromkeys("0123456", "person"))}, "W103", "greeting"),
    ],
)
def test_each_problem_is_found(nodes: dict[str, Node], code: str, node: str) -> None:
    """By its code, at its node."""
    assert (code, node) in found(flow(**nodes))


def test_zero_may_speak_before_the_person() -> None:
    """Key 0 → words → queue still leads to a person."""
    words = Play(prompt="welcome", next="person")
    assert found(flow(greeting=menu(options={"0": "words"}), words=words)) == set()


def test_a_problem_says_it_in_both_languages() -> None:
    """Chinese and English, and whether it forbids."""
    problems = check(flow(greeting=menu(""), lonely=Hangup()), PROMPTS, QUEUES)
    assert problems
    for each in problems:
        assert each.zh
        assert each.en
        assert each.forbids is each.code.startswith("E")


def test_too_many_nodes() -> None:
    """A flow has a size."""
    many = {f"n{number}": Hangup() for number in range(300)}
    assert ("E011", "") in found(flow(greeting=menu(), **many))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"words": {}}, "E012"),
        ({"words": {"firms": ()}}, "E012"),
        ({"words": {"firms": ("",)}}, "E012"),
        ({"words": {"firms": ("企 业",)}}, "E012"),
        ({"words": {"firms": ("业" * 21,)}}, "E012"),
        ({"words": {"firms": tuple(f"词{n}" for n in range(201))}}, "E012"),
        ({"words": {"firms": ("企业", "企业")}}, "E013"),
        ({"words": {"firms": ("企业",), "person2": ("企业",)}}, "E013"),
        ({"words": {"firms": ("人工智能",)}}, "E014"),
        ({"words": {"firms": ("水",)}}, "W105"),
        ({"words": {"nowhere": ("企业",)}}, "E002"),
        ({"person": ""}, "E003"),
        ({"person": "nowhere"}, "E002"),
        ({"prompt": "unrecorded"}, "E006"),
        ({"again": "unrecorded"}, "E006"),
        ({"tries": 4}, "E011"),
        ({"wait_ms": -1}, "E011"),
        ({"options": {"12": "person"}}, "E010"),
        ({"person": "ask"}, "E008"),
        ({"person": "ask"}, "E104"),
    ],
)
def test_each_problem_of_listening_is_found(changes: dict[str, Any], code: str) -> None:
    """By its code, at its node."""
    assert (code, "ask") in found(asking(**changes))


def test_one_greeting_and_one_question_are_enough() -> None:
    """A second question before a person forbids the flow."""
    once = {"ask": listen(words={"person": ("企业",)})}
    assert found(flow(greeting=menu(otherwise="ask"), **once)) == set()
    twice = once | {"more": listen(person="ask", words={"person": ("企业",)})}
    assert ("E102", "greeting") in found(flow(greeting=menu(otherwise="more"), **twice))
