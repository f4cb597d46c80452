"""A flow as values: ``hotline.flow/v1``. PURE.

Nodes by id; each says where it goes next. GB/T 33358-2016 asks a hotline not to make callers listen
to a menu, so a menu here is a greeting during which keys are shortcuts: whoever presses nothing
goes on to a person. A flow may also listen for spoken words; a person is never further than ``0``,
the word 人工, or saying nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SCHEMA = "hotline.flow/v1"
KEYS = "0123456789*#"
DEFAULT_QUEUE = "default"
"""The queue of the number that was dialled, or of the caller; the plan names it."""
PERSON_KEY = "0"
PERSON_WORD = "人工"
"""Whoever says this gets a person, whatever else they say."""
MAX_NODES = 250
MAX_WAIT_MS = 10_000
MAX_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Speak ``prompt``, go to ``next``."""

    prompt: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Speak ``prompt`` and take one key, also in the middle of it.

    ``wait_ms`` is how long a key may come after the last word. ``options`` maps keys to nodes;
    ``shortcuts`` adds the plan's own keys, which lead straight to their queues. No key goes to
    ``otherwise``; a key that means nothing is answered by ``invalid`` (if any) and the prompt
    again, ``tries`` times in all, then goes to ``otherwise``.
    """

    prompt: str
    otherwise: str
    options: Mapping[str, str]
    shortcuts: bool = False
    wait_ms: int = 500
    tries: int = 1
    invalid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Speak ``prompt`` and hear what the caller says or presses, also in the middle of it.

    ``words`` maps nodes to the key words that lead there: the longest that was said wins, of equals
    the first. ``0``, PERSON_WORD, and any failure of hearing lead to ``person``; so do ``tries``
    misses (nothing said, or no key word in it). Before another try ``again`` is spoken instead of
    ``prompt``, when it is given. Other keys are as in a Menu. ``wait_ms`` is how long a caller may
    take before the first word.
    """

    prompt: str
    person: str
    words: Mapping[str, tuple[str, ...]]
    options: Mapping[str, str]
    shortcuts: bool = False
    wait_ms: int = 3_000
    tries: int = 2
    again: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Hand the caller to a queue; ``default`` is the plan's. The flow ends here."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """Speak ``prompt`` (may be empty) and end the call. The flow ends here."""

    prompt: str = ""


Node = Play | Menu | Listen | Queue | Hangup


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow; ``nodes`` by id, ``start`` is the first."""

    id: str
    title_zh: str
    title_en: str
    start: str
    nodes: Mapping[str, Node]


def exits(node: Node) -> Iterator[tuple[str, str]]:
    """Where a node leads: (exit, id of the target). A key's exit is the key, a word's the words."""
    match node:
        case Play():
            yield "next", node.next
        case Menu():
            yield from node.options.items()
            yield "otherwise", node.otherwise
        case Listen():
            yield from node.options.items()
            for target, words in node.words.items():
                yield "/".join(words), target
            yield "person", node.person
        case Queue() | Hangup():
            return


def prompts(node: Node) -> tuple[str, ...]:
    """The prompts a node speaks."""
    match node:
        case Play():
            return (node.prompt,)
        case Menu():
            return (node.prompt, node.invalid) if node.invalid else (node.prompt,)
        case Listen():
            return (node.prompt, node.again) if node.again else (node.prompt,)
        case Hangup():
            return (node.prompt,) if node.prompt else ()
        case Queue():
            return ()


def listens(flow: Flow) -> bool:
    """Whether anybody is asked to speak in it."""
    return any(isinstance(node, Listen) for node in flow.nodes.values())
