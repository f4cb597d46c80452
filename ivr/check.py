"""Everything wrong with a flow, at once. PURE.

E001 no start · E002 unknown target · E003 dead end · E006 unknown prompt · E007 unknown queue ·
E008 a loop nobody can leave · E009 cannot reach an end · E010 no such key · E011 out of range ·
E012 no key words, or one that nobody can say · E013 a key word twice · E014 a key word that always
means a person · E102 no person without pressing a key, or only after a second menu or listening ·
E104 "0" does not lead to a person · W101 unreachable · W103 a menu of more than six keys · W105 a
key word of one character.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ivr.errors import FlowProblem
from ivr.flow import (
    DEFAULT_QUEUE,
    KEYS,
    MAX_NODES,
    MAX_TRIES,
    MAX_WAIT_MS,
    PERSON_KEY,
    PERSON_WORD,
    Flow,
    Hangup,
    Listen,
    Menu,
    Node,
    Play,
    Queue,
    exits,
    prompts,
)

MAX_OPTIONS = 6
MAX_KEYWORDS = 200
MAX_KEYWORD_CHARACTERS = 20


def check(
    flow: Flow, known_prompts: Collection[str], known_queues: Collection[str]
) -> tuple[FlowProblem, ...]:
    """Every problem, in the order of the nodes; empty for a flow that may be used as it is."""
    nodes = flow.nodes
    found = [*_whole(flow)]
    for id_, node in nodes.items():
        found += _targets(id_, node, nodes)
        found += _values(id_, node, known_prompts, known_queues)
    if any(each.forbids for each in found):
        return tuple(found)  # the rest asks where paths lead, which is not known yet
    seen = _reachable(flow.start, nodes)
    for id_, node in nodes.items():
        found += _paths(id_, node, nodes)
        if id_ not in seen:
            found.append(FlowProblem("W101", id_, "走不到这个节点", "Nothing leads to this node."))
    if not _person_without_a_key(flow):
        zh, en = (
            "不按键、不说话必须在一个菜单、一次询问内到达人工",
            "Without a key or a word a person must come after one menu and one listening.",
        )
        found.append(FlowProblem("E102", flow.start, zh, en))
    return tuple(found)


def _whole(flow: Flow) -> Iterator[FlowProblem]:
    if flow.start not in flow.nodes:
        yield FlowProblem("E001", "", "没有开始节点", "There is no start node.")
    if len(flow.nodes) > MAX_NODES:
        yield FlowProblem("E011", "", f"节点多于{MAX_NODES}个", f"More than {MAX_NODES} nodes.")


def _targets(id_: str, node: Node, nodes: Mapping[str, Node]) -> Iterator[FlowProblem]:
    for exit_, target in exits(node):
        if not target:
            yield FlowProblem("E003", id_, f"出口 {exit_} 没有去处", f"Exit {exit_} leads nowhere.")
        elif target not in nodes:
            zh, en = f"出口 {exit_} 指向未知节点", f"Exit {exit_} leads to an unknown node."
            yield FlowProblem("E002", id_, zh, en)


def _values(
    id_: str, node: Node, known_prompts: Collection[str], known_queues: Collection[str]
) -> Iterator[FlowProblem]:
    for prompt in prompts(node):
        if prompt not in known_prompts:
            yield FlowProblem("E006", id_, f"没有提示音 {prompt}", f"There is no prompt {prompt}.")
    if isinstance(node, Queue) and node.queue not in {DEFAULT_QUEUE, *known_queues}:
        yield FlowProblem("E007", id_, f"没有队列 {node.queue}", f"There is no queue {node.queue}.")
    if isinstance(node, Listen):
        yield from _keywords(id_, node)
    if not isinstance(node, Menu | Listen):
        return
    for key in node.options:
        if len(key) != 1 or key not in KEYS:
            yield FlowProblem("E010", id_, f"没有按键 {key}", f"There is no key {key}.")
    if not 0 <= node.wait_ms <= MAX_WAIT_MS or not 1 <= node.tries <= MAX_TRIES:
        zh, en = "等待或次数超出范围", "The wait or the number of tries is out of range."
        yield FlowProblem("E011", id_, zh, en)
    if len(node.options) > MAX_OPTIONS:
        yield FlowProblem("W103", id_, "选项多于六个", "More than six keys.")


def _keywords(id_: str, node: Listen) -> Iterator[FlowProblem]:
    all_words = [word for words in node.words.values() for word in words]
    if not all(node.words.values()) or not 1 <= len(all_words) <= MAX_KEYWORDS:
        zh = f"每个去处至少一个关键词，总共不超过{MAX_KEYWORDS}个"
        en = f"Every target needs a key word; at most {MAX_KEYWORDS} in all."
        yield FlowProblem("E012", id_, zh, en)
    for word in dict.fromkeys(all_words):
        if not word.isalnum() or len(word) > MAX_KEYWORD_CHARACTERS:
            zh = f"关键词“{word}”只能是文字和数字，最多{MAX_KEYWORD_CHARACTERS}字"
            en = f"Key word “{word}”: letters and digits, at most {MAX_KEYWORD_CHARACTERS}."
            yield FlowProblem("E012", id_, zh, en)
        elif len(word) == 1:
            zh, en = f"“{word}”只有一个字，容易误听", f"“{word}” is one character: easily misheard."
            yield FlowProblem("W105", id_, zh, en)
        if all_words.count(word) > 1:
            yield FlowProblem("E013", id_, f"关键词“{word}”重复", f"Key word “{word}” twice.")
        if PERSON_WORD in word:
            zh, en = f"“{word}”总是转人工", f"“{word}” always means a person."
            yield FlowProblem("E014", id_, zh, en)


def _paths(id_: str, node: Node, nodes: Mapping[str, Node]) -> Iterator[FlowProblem]:
    reached = _reachable(id_, nodes)
    if not any(isinstance(nodes[each], Queue | Hangup) for each in reached):
        yield FlowProblem("E009", id_, "走不到终点", "Leads to no end.")
    elif id_ in _silent_walk(id_, nodes):
        zh, en = "不按键会一直循环", "Goes round for ever when no key is pressed."
        yield FlowProblem("E008", id_, zh, en)
    if isinstance(node, Menu | Listen) and not isinstance(
        _after_plays(_person_of(node), nodes), Queue
    ):
        yield FlowProblem("E104", id_, "按0必须转人工", "Key 0 must lead to a person.")


def _person_of(node: Menu | Listen) -> str:
    return node.person if isinstance(node, Listen) else node.options.get(PERSON_KEY, "")


def _reachable(start: str, nodes: Mapping[str, Node]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        id_ = waiting.pop()
        if id_ not in seen:
            seen.add(id_)
            waiting += [target for _, target in exits(nodes[id_])]
    return seen


def _silent(node: Node) -> str:
    """Where a caller goes who does nothing; empty at an end."""
    match node:
        case Play():
            return node.next
        case Menu():
            return node.otherwise
        case Listen():
            return node.person
        case Queue() | Hangup():
            return ""


def _silent_walk(start: str, nodes: Mapping[str, Node]) -> list[str]:
    """The nodes after ``start`` for a caller who does nothing, until an end or a repetition."""
    walk: list[str] = []
    id_ = _silent(nodes[start])
    while id_ and id_ not in walk:
        walk.append(id_)
        id_ = _silent(nodes[id_])
    return walk


def _after_plays(start: str, nodes: Mapping[str, Node]) -> Node | None:
    seen: set[str] = set()
    id_ = start
    while id_ and id_ not in seen:
        seen.add(id_)
        node = nodes[id_]
        if not isinstance(node, Play):
            return node
        id_ = node.next
    return None


def _person_without_a_key(flow: Flow) -> bool:
    walk = [flow.nodes[id_] for id_ in (flow.start, *_silent_walk(flow.start, flow.nodes))]
    menus = sum(isinstance(node, Menu) for node in walk)
    listens = sum(isinstance(node, Listen) for node in walk)
    return isinstance(walk[-1], Queue) and menus <= 1 and listens <= 1
