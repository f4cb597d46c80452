"""Where a caller stands in a flow, and what happens next. PURE."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from ivr.flow import (
    DEFAULT_QUEUE,
    PERSON_KEY,
    PERSON_WORD,
    Flow,
    Hangup,
    Listen,
    Menu,
    Play,
    Queue,
)
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
class Hear:
    """Play this prompt and listen; say the first key, what was Heard, DONE for nothing, or DEAF.

    ``words`` are those that matter; ``wait_ms`` is the silence after the prompt that is nothing.
    """

    prompt: str
    words: tuple[str, ...]
    wait_ms: int


@dataclass(frozen=True, slots=True)
class ToQueue:
    """The end: hand the caller to this queue."""

    queue: str


@dataclass(frozen=True, slots=True)
class ToEmergency:
    """The end: the telephone system dials this emergency line for the caller."""

    code: str


@dataclass(frozen=True, slots=True)
class ToComplaint:
    """The end: the caller complains about staff and waits in this queue for somebody else."""

    queue: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The end: no more words, hang up."""


Effect = Speak | Collect | Hear | ToQueue | ToEmergency | ToComplaint | HangUp


class Said(Enum):
    """What happened when it was not a key."""

    DONE = "done"
    DEAF = "deaf"
    """Nobody can hear: off, down, full, hung or refused."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said; spaces in it mean nothing."""

    text: str


DONE = Said.DONE
DEAF = Said.DEAF
Input = str | Heard | Said
"""A key, words, or what happened instead."""


class By(Enum):
    """What decided where a caller who was listened to went."""

    WORD = "word"
    KEY = "key"
    MISSED = "missed"
    DEAF = "deaf"


@dataclass(frozen=True, slots=True)
class Choice:
    """To which node, and what decided it; never the words themselves."""

    target: str
    by: By


@dataclass(frozen=True, slots=True)
class State:
    """``tries`` counts what meant nothing at this node; ``excused`` while saying so.

    ``choice`` is how the last listening ended. ``hinted`` counts the hints that were spoken.
    """

    node: str
    tries: int = 0
    excused: bool = False
    choice: Choice | None = None
    hinted: int = 0


def begin(flow: Flow, plan: Plan) -> tuple[State, Effect]:
    """The first thing to do."""
    return _enter(flow, plan, State(flow.start))


def step(flow: Flow, plan: Plan, state: State, said: Input) -> tuple[State, Effect]:
    """What follows; after ToQueue, ToEmergency, ToComplaint and HangUp nothing does."""
    node = flow.nodes[state.node]
    if isinstance(node, Menu | Listen) and node.shortcuts and isinstance(said, str):
        way = _own_way(plan, said)
        if way is not None:
            return state, way
    match node:
        case Play():
            return _enter(flow, plan, _at(node.next, state))
        case Menu():
            return _chosen(flow, plan, state, node, said)
        case Listen():
            return _listened(flow, plan, state, node, said)
        case Hangup():
            return state, HangUp()
        case Queue():
            return _enter(flow, plan, state)


def _own_way(plan: Plan, key: str) -> Effect | None:
    """Where a key leads before every other but 0: an emergency line, a complaint about staff."""
    if key == PERSON_KEY:
        return None
    if code := plan.emergency_keys.get(key, ""):
        return ToEmergency(code)
    return ToComplaint(plan.complaint_queue) if key == plan.complaint_key else None


def _at(node: str, before: State) -> State:
    return State(node, choice=before.choice, hinted=before.hinted)


def _chosen(flow: Flow, plan: Plan, state: State, node: Menu, said: Input) -> tuple[State, Effect]:
    if state.excused:
        again = replace(state, excused=False)
        return again, _collect(node, plan)
    if said is DONE and node.shortcuts and state.hinted < len(plan.hints):
        hint = Collect(plan.hints[state.hinted], node.wait_ms)
        return replace(state, hinted=state.hinted + 1), hint
    if not isinstance(said, str) or said in node.options:
        target = node.options[said] if isinstance(said, str) else node.otherwise
        return _enter(flow, plan, _at(target, state))
    if node.shortcuts and plan.keys.get(said) in plan.valid_queues:
        return state, ToQueue(plan.keys[said])
    tries = state.tries + 1
    if tries >= node.tries:
        return _enter(flow, plan, _at(node.otherwise, state))
    excuse = Speak(node.invalid) if node.invalid else _collect(node, plan)
    return replace(state, tries=tries, excused=bool(node.invalid)), excuse


def _listened(
    flow: Flow, plan: Plan, state: State, node: Listen, said: Input
) -> tuple[State, Effect]:
    if isinstance(said, str) and said != PERSON_KEY and said not in node.options:
        queue = plan.keys.get(said, "") if node.shortcuts else ""
        if queue in plan.valid_queues:
            return replace(state, choice=Choice(queue, By.KEY)), ToQueue(queue)
    choice = _choice(node, said)
    if choice is None and state.tries + 1 < node.tries:
        again = replace(state, tries=state.tries + 1)
        return again, _hear(node, plan, again)
    choice = choice or Choice(node.person, By.MISSED)
    return _enter(flow, plan, State(choice.target, choice=choice))


def _choice(node: Listen, said: Input) -> Choice | None:
    """Where this leads; None when it means nothing."""
    match said:
        case Said.DEAF:
            return Choice(node.person, By.DEAF)
        case Said.DONE:
            return None
        case Heard(text):
            target = target_of(node, text)
            return Choice(target, By.WORD) if target else None
    target = node.person if said == PERSON_KEY else node.options.get(said, "")
    return Choice(target, By.KEY) if target else None


def target_of(node: Listen, text: str) -> str:
    """The node that these spoken words lead to; empty when no key word is in them."""
    said = "".join(text.split())
    if PERSON_WORD in said:
        return node.person
    found = [
        (-len(word), said.index(word), target)
        for target, words in node.words.items()
        for word in words
        if word in said
    ]
    return min(found)[2] if found else ""


def _enter(flow: Flow, plan: Plan, state: State) -> tuple[State, Effect]:
    node = flow.nodes[state.node]
    match node:
        case Play():
            return state, Speak(_spoken(node.prompt, plan))
        case Menu():
            return state, _collect(node, plan)
        case Listen():
            return state, _hear(node, plan, state)
        case Hangup():
            return state, Speak(node.prompt) if node.prompt else HangUp()
        case Queue():
            wanted = plan.default_queue if node.queue == DEFAULT_QUEUE else node.queue
            return state, ToQueue(wanted if wanted in plan.valid_queues else plan.default_queue)


def _collect(node: Menu, plan: Plan) -> Collect:
    return Collect(_spoken(node.prompt, plan), node.wait_ms)


def _hear(node: Listen, plan: Plan, state: State) -> Hear:
    prompt = node.again if state.tries and node.again else node.prompt
    words = {word for each in node.words.values() for word in each} | {PERSON_WORD}
    return Hear(_spoken(prompt, plan), tuple(sorted(words)), node.wait_ms)


def _spoken(prompt: str, plan: Plan) -> str:
    """The prompt itself, or the greeting of the number that was dialled."""
    return plan.greeting if prompt == GREETING else prompt
