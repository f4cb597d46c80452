"""Where a caller stands in a flow, and what happens next. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ivr.flow import DEFAULT_QUEUE, Flow, Hangup, Menu, Play, Queue
from ivr.plan import GREETING, Plan


@dataclass(frozen=True, slots=True)
class Speak:
    """Play this prompt to its end, then say DONE."""

    prompt: str


@dataclass(frozen=True, slots=True)
class Collect:
    """Play this prompt, then wait ``wait_ms``; say the first key, or DONE when none came."""

    prompt: str
    wait_ms: int


@dataclass(frozen=True, slots=True)
class ToQueue:
    """The end: hand the caller to this queue."""

    queue: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The end: no more words, hang up."""


Effect = Speak | Collect | ToQueue | HangUp


class Said(Enum):
    """What happened when it was not a key."""

    DONE = "done"


DONE = Said.DONE
Input = str | Said
"""A key, or DONE."""


@dataclass(frozen=True, slots=True)
class State:
    """``tries`` counts keys that meant nothing at this node; ``excused`` while saying so."""

    node: str
    tries: int = 0
    excused: bool = False


def begin(flow: Flow, plan: Plan) -> tuple[State, Effect]:
    """The first thing to do."""
    return _enter(flow, plan, State(flow.start))


def step(flow: Flow, plan: Plan, state: State, said: Input) -> tuple[State, Effect]:
    """What follows; after ToQueue and HangUp nothing does."""
    node = flow.nodes[state.node]
    match node:
        case Play():
            return _enter(flow, plan, State(node.next))
        case Menu():
            return _chosen(flow, plan, state, node, said)
        case Hangup():
            return state, HangUp()
        case Queue():
            return _enter(flow, plan, state)


def _chosen(flow: Flow, plan: Plan, state: State, node: Menu, said: Input) -> tuple[State, Effect]:
    if state.excused:
        again = State(state.node, state.tries)
        return again, _collect(node, plan)
    if said is DONE or said in node.options:
        target = node.otherwise if said is DONE else node.options[said]
        return _enter(flow, plan, State(target))
    if node.shortcuts and plan.keys.get(said) in plan.valid_queues:
        return state, ToQueue(plan.keys[said])
    tries = state.tries + 1
    if tries >= node.tries:
        return _enter(flow, plan, State(node.otherwise))
    excuse = Speak(node.invalid) if node.invalid else _collect(node, plan)
    return State(state.node, tries, excused=bool(node.invalid)), excuse


def _enter(flow: Flow, plan: Plan, state: State) -> tuple[State, Effect]:
    node = flow.nodes[state.node]
    match node:
        case Play():
            return state, Speak(_spoken(node.prompt, plan))
        case Menu():
            return state, _collect(node, plan)
        case Hangup():
            return state, Speak(node.prompt) if node.prompt else HangUp()
        case Queue():
            wanted = plan.default_queue if node.queue == DEFAULT_QUEUE else node.queue
            return state, ToQueue(wanted if wanted in plan.valid_queues else plan.default_queue)


def _collect(node: Menu, plan: Plan) -> Collect:
    return Collect(_spoken(node.prompt, plan), node.wait_ms)


def _spoken(prompt: str, plan: Plan) -> str:
    """The prompt itself, or the greeting of the number that was dialled."""
    return plan.greeting if prompt == GREETING else prompt
