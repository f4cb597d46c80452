"""Asterisk's configuration as sections, and the steps that turn one file into another. PURE.

A step is one item of the AMI's UpdateConfig. An action holds 128 lines and a step takes up to six
of them, so a change goes over the wire in several actions: all but the last write into a file that
nobody reads, the last writes the real one (``actions``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.telephony.ami_codec import MAX_HEADERS, AmiMessage

Line = tuple[str, str]
_HEAD = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\))?")
_ITEM = re.compile(r"(Category|Line)-([0-9]{6})(?:-([0-9]{6}))?")
_OUTSIDE = 4
"""Action, ActionID, SrcFilename, DstFilename."""
_LARGEST = 5
"""Lines that a step may take."""


@dataclass(frozen=True, slots=True)
class Section:
    """``[name](inherits)`` and its lines, in order. One name may come several times."""

    name: str
    lines: tuple[Line, ...]
    inherits: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """DelCat (all sections of a name), NewCat or Append."""

    action: str
    cat: str
    var: str = ""
    value: str = ""
    options: str = ""


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a file's text; templates (``(!)``) and comments are left out."""
    found: list[Section] = []
    template = False
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(";"):
            continue
        if head := _HEAD.fullmatch(line):
            template = head[2] == "!"
            if not template:
                found.append(Section(head[1], (), head[2] or ""))
            continue
        if template:
            continue
        name, _, value = line.partition("=")
        last = found.pop()
        pair = (name.strip(), value.removeprefix(">").strip())
        found.append(Section(last.name, (*last.lines, pair), last.inherits))
    return tuple(found)


def read_back(answer: AmiMessage) -> tuple[Section, ...]:
    """The sections in an answer to GetConfig or ListCategories (which has no lines)."""
    found: dict[str, str] = {}
    lines: dict[str, list[Line]] = {}
    for key, value in answer.first.items():
        match = _ITEM.fullmatch(key)
        if match is None:
            continue
        if match[1] == "Category":
            found[match[2]] = value
        else:
            name, _, said = value.partition("=")
            lines.setdefault(match[2], []).append((name, said))
    return tuple(Section(name, tuple(lines.get(at, ()))) for at, name in sorted(found.items()))


def steps(
    wanted: Sequence[Section], have: Sequence[Section], *, names_only: bool = False
) -> tuple[Step, ...]:
    """What turns ``have`` into ``wanted``; sections that are equal are not touched.

    All sections of one name are replaced together. ``names_only``: what is inside is not looked
    at, only how many sections of each name there are.
    """
    groups, present = _groups(wanted), _groups(have)
    made: list[Step] = []
    for name, old in present.items():
        if not _same(groups.get(name, ()), old, names_only=names_only):
            made.append(Step("DelCat", name))  # takes all of that name
    for name, new in groups.items():
        if not _same(new, present.get(name, ()), names_only=names_only):
            made += _make(new)
    return tuple(made)


def _groups(all_: Iterable[Section]) -> dict[str, tuple[Section, ...]]:
    groups: dict[str, tuple[Section, ...]] = {}
    for one in all_:
        groups[one.name] = (*groups.get(one.name, ()), one)
    return groups


def _same(new: Sequence[Section], old: Sequence[Section], *, names_only: bool) -> bool:
    if names_only:
        return len(new) == len(old)
    return [one.lines for one in new] == [one.lines for one in old]


def _make(same_name: Sequence[Section]) -> list[Step]:
    """The sections of one name, in order.

    Append writes into every section of a name unless it is told the type; what makes several
    sections of one name inherits a template whose name ends in that type.
    """
    made: list[Step] = []
    for count, one in enumerate(same_name):
        options = [f'inherit="{one.inherits}"'] if one.inherits else []
        options += ["allowdups"] if count else []
        only = f'catfilter="type={one.inherits.rpartition("-")[2]}"' if one.inherits else ""
        made.append(Step("NewCat", one.name, options=",".join(options)))
        made += [Step("Append", one.name, name, value, only) for name, value in one.lines]
    return made


def actions(file: str, staging: str, todo: Sequence[Step]) -> tuple[Mapping[str, str], ...]:
    """The headers of each UpdateConfig, in order."""
    chunks: list[dict[str, str]] = []
    number = 0  # Asterisk stops at the first number that is missing
    for step in todo:
        if not chunks or len(chunks[-1]) > MAX_HEADERS - _OUTSIDE - _LARGEST:
            chunks.append({})
            number = 0
        chunks[-1].update(_headers(step, number))
        number += 1
    last = len(chunks) - 1
    return tuple(
        {
            "SrcFilename": staging if index else file,
            "DstFilename": file if index == last else staging,
            **chunk,
        }
        for index, chunk in enumerate(chunks)
    )


def _headers(step: Step, number: int) -> dict[str, str]:
    at = f"{number:06d}"
    headers = {f"Action-{at}": step.action, f"Cat-{at}": step.cat}
    if step.var:
        headers |= {f"Var-{at}": step.var, f"Value-{at}": step.value}
    if step.options:
        headers[f"Options-{at}"] = step.options
    return headers
