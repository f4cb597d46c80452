"""The dialplan, read as rendered and watched while it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.asterisk_world import AsteriskWorld

TRACE = "trace"
_CONTEXT = re.compile(r"\[([^\]]+)\]")
_FIRST = re.compile(r"exten => ([^,]+),(\w+)(?:\((\w+)\))?,(.*)")
_NEXT = re.compile(r"same => n(?:\((\w+)\))?,(.*)")
_INCLUDE = re.compile(r"^include => ([\w-]+)$", re.MULTILINE)
_CALL = re.compile(r"(\w+)\((.*)\)")
_EXECUTING = re.compile(
    r"\[(C-\w+)\] pbx\.c: Executing \[(\S+)@([\w-]+):(\d+)\] (\w+)\(\"([^\"]*)\", \"(.*)\"\) in new"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One priority as it is written."""

    context: str
    exten: str
    app: str
    args: str


def read(text: str) -> list[Line]:
    """Every priority of extensions.conf; raises ValueError for a line it cannot read.

    Includes and switches are no priorities: see ``included`` and ``switches``.
    """
    lines: list[Line] = []
    context = exten = ""
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(";"):
            continue
        if header := _CONTEXT.fullmatch(line):
            context = header[1]
        elif context in {"general", "globals"} or re.match(r"(#?include|eswitch) ", line):
            continue
        elif first := _FIRST.fullmatch(line):
            exten = first[1]
            lines.append(_line(context, exten, first[4]))
        elif following := _NEXT.fullmatch(line):
            lines.append(_line(context, exten, following[2]))
        else:
            raise ValueError(line)
    return lines


def switches(text: str) -> list[str]:
    """Every place outside the file's own extensions that a context looks into, as written."""
    return re.findall(r"^\s*\w*switch\s*=>?\s*(.*)$", text, re.MULTILINE)


def included(text: str) -> dict[str, set[str]]:
    """For each context, itself and the contexts it includes."""
    found: dict[str, set[str]] = {}
    for block in re.split(r"^(?=\[)", text, flags=re.MULTILINE):
        if header := _CONTEXT.match(block):
            found.setdefault(header[1], {header[1]}).update(_INCLUDE.findall(block))
    return found


def _line(context: str, exten: str, call: str) -> Line:
    found = _CALL.fullmatch(call)
    if not found:
        raise ValueError(call)
    return Line(context, exten, found[1], found[2])


def reads(text: str, around: str = "") -> Iterator[tuple[str, str]]:
    """Every ``${...}`` in a text: what is read, and the function whose argument it directly is.

    ``${FILTER(0-9,${GW_PRIO})}`` gives ("FILTER(0-9,${GW_PRIO})", "") and ("GW_PRIO", "FILTER").
    """
    at = 0
    while (start := text.find("${", at)) >= 0:
        depth, end = 1, start + 2
        while depth and end < len(text):
            depth += text.startswith("{", end) - text.startswith("}", end)
            end += 1
        inner = text[start + 2 : end - 1]
        yield inner, around
        function = re.match(r"([A-Z_]+)\(", inner)
        yield from reads(inner, function[1] if function else around)
        at = end


@dataclass(frozen=True, slots=True)
class Step:
    """One application as it was executed, with what is new in every call taken out."""

    call: str
    where: str
    app: str
    args: str


async def watch(world: AsteriskWorld) -> None:
    """From now on Asterisk writes down every application it executes."""
    answer = await world.process.command(f"logger add channel {TRACE} verbose(5)")
    assert "error" not in answer.lower(), answer


def steps(world: AsteriskWorld) -> list[Step]:
    """What was executed so far."""
    path = world.dirs.log / TRACE
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return [
        Step(call, f"{exten}@{context}:{priority}", app, plain(args))
        for call, exten, context, priority, app, _, args in _EXECUTING.findall(text)
    ]


def plain(args: str) -> str:
    """Names of channels and calls are other ones in each call."""
    args = re.sub(r"PJSIP/[\w-]+-[0-9a-f]{8}", "CHANNEL", args)
    return re.sub(r"H?h[0-9a-f]{8}-\d+\.\d+", "ID", args)


def of_one_call(world: AsteriskWorld, call: str) -> list[Step]:
    """The steps of the call with this name (C-0000000n)."""
    return [step for step in steps(world) if step.call == call]


def calls(world: AsteriskWorld) -> list[str]:
    """The names of the calls that executed anything, in order."""
    return list(dict.fromkeys(step.call for step in steps(world)))
