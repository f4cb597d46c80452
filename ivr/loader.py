"""Flows from YAML files, checked before anybody hears them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ivr.check import check
from ivr.errors import FlowNotValid, FlowProblem
from ivr.flow import SCHEMA, Flow, Hangup, Listen, Menu, Node, Play, Queue

MAX_FILE_BYTES = 65_536
MAIN = Path(__file__).parent / "flows" / "main.yaml"
"""Human first: a short greeting, shortcuts, a person."""
SPEECH = MAIN.with_name("speech.yaml")
"""The same greeting, then the caller says what it is about; optional."""
SHIPPED: Mapping[str, Path] = {"main": MAIN, "speech": SPEECH}

_TYPES: Mapping[str, type[Node]] = {
    "play": Play,
    "menu": Menu,
    "listen": Listen,
    "queue": Queue,
    "hangup": Hangup,
}
_FIELDS: Mapping[str, type] = {
    "prompt": str,
    "next": str,
    "otherwise": str,
    "invalid": str,
    "again": str,
    "person": str,
    "words": dict,
    "queue": str,
    "shortcuts": bool,
    "wait_ms": int,
    "tries": int,
    "options": dict,
}


class _Loader(yaml.SafeLoader):
    """Plain YAML: no key twice, no anchors."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise FlowNotValid(_problem("", "不能使用别名", "Aliases are not allowed."))
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                line = node.start_mark.line + 1
                raise FlowNotValid(
                    _problem(str(key), f"重复（第{line}行起）", f"Twice (line {line}).")
                )
        return super().construct_mapping(node, deep=deep)


def load(
    path: Path, known_prompts: Collection[str], known_queues: Collection[str]
) -> tuple[Flow, tuple[FlowProblem, ...]]:
    """A flow that may be used, and its warnings.

    Raises FlowNotValid with every problem, and OSError when there is no such file.
    """
    with path.open("rb") as file:
        raw = file.read(MAX_FILE_BYTES + 1)
    flow = parse(raw)
    problems = check(flow, known_prompts, known_queues)
    if any(each.forbids for each in problems):
        raise FlowNotValid(*problems)
    return flow, problems


def parse(raw: bytes) -> Flow:
    """A flow as it is written, unchecked beyond its form; raises FlowNotValid."""
    if len(raw) > MAX_FILE_BYTES:
        raise FlowNotValid(_problem("", "文件超过64KiB", "The file is over 64 KiB."))
    try:
        table = yaml.load(raw, _Loader)  # noqa: S506 - _Loader is a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{mark.line + 1}" if mark else "?"
        raise FlowNotValid(
            _problem("", f"第{line}行不是YAML", f"Line {line} is no YAML.")
        ) from None
    if not isinstance(table, dict) or table.get("schema") != SCHEMA:
        raise FlowNotValid(_problem("", f"不是 {SCHEMA}", f"This is not {SCHEMA}."))
    title, nodes = table.get("title"), table.get("nodes")
    if not isinstance(title, dict) or not isinstance(nodes, dict):
        raise FlowNotValid(_problem("", "缺少 title 或 nodes", "title or nodes is missing."))
    extra = set(table) - {"schema", "id", "title", "start", "nodes"}
    problems = [
        _problem("", f"多余的 {each}", f"{each} is not known.") for each in sorted(map(str, extra))
    ]
    read: dict[str, Node] = {}
    for id_, fields in nodes.items():
        node, wrong = _node(str(id_), fields)
        problems += wrong
        if node is not None:
            read[str(id_)] = node
    if problems:
        raise FlowNotValid(*problems)
    return Flow(
        id=str(table.get("id", "")),
        title_zh=str(title.get("zh", "")),
        title_en=str(title.get("en", "")),
        start=str(table.get("start", "")),
        nodes=read,
    )


def _node(id_: str, fields: object) -> tuple[Node | None, list[FlowProblem]]:
    kind = _TYPES.get(str(fields.get("type"))) if isinstance(fields, dict) else None
    if kind is None or not isinstance(fields, dict):
        return None, [_problem(id_, "未知的节点类型", "Unknown type of node.")]
    given = {str(name): value for name, value in fields.items() if name != "type"}
    known = kind.__dataclass_fields__
    wrong = [
        _problem(id_, f"{name} 不合规", f"{name} is not right.")
        for name, value in given.items()
        if name not in known or type(value) is not _FIELDS[name]
    ]
    if "options" in known:
        options = given.setdefault("options", {})
        if isinstance(options, dict):
            given["options"] = {str(key): str(target) for key, target in options.items()}
    if isinstance(words := given.get("words"), dict):
        if not _are_words(words):
            return None, [*wrong, _problem(id_, "words 不合规", "words is not right.")]
        given["words"] = {str(target): tuple(said) for target, said in words.items()}
    for name in ("next", "otherwise", "person"):
        if name in known:
            given.setdefault(name, "")  # a dead end, which check names
    missing = [name for name in ("prompt", "queue", "words") if name in known and name not in given]
    if kind is not Hangup:
        wrong += [_problem(id_, f"缺少 {name}", f"{name} is missing.") for name in missing]
    return (None if wrong else kind(**given)), wrong


def _are_words(words: Mapping[Any, Any]) -> bool:
    return all(
        isinstance(said, list) and all(isinstance(word, str) for word in said)
        for said in words.values()
    )


def _problem(node: str, zh: str, en: str) -> FlowProblem:
    return FlowProblem("E000", node, zh, en)
