"""What Asterisk has in its files and what it runs, compared with what it should. PURE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.core.drift import Difference, Shape
from gateway.core.queue import FALLBACK
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_members import memberships
from gateway.telephony.ami_names import seat_of
from gateway.telephony.conf_text import Section
from gateway.telephony.plan_files import EXTENSIONS, PHONES, QUEUES

CONTEXTS = ("hotline-trunk-numbers", "hotline-web-numbers", "hotline-queues")
QUEUE_FIELDS = {"strategy": "Strategy", "servicelevel": "ServiceLevel", "weight": "Weight"}
"""What QueueStatus tells of a queue, by the option's name in the file."""
THERE, MISSING = "yes", "no"
_CALL = re.compile(r"(?:[^,]+,)?(?:1|n)(?:\([^)]*\))?,(\w+)\((.*)\)")
_PHONE = re.compile(r"(?:seat|desk)-([0-9]+)")

Files = Mapping[str, Sequence[Section]]
Extension = tuple[str, str]
"""Context and extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The answers: the files' sections, QueueStatus, ShowDialPlan, PJSIPShowEndpoints."""

    files: Files
    queues: Sequence[AmiMessage]
    dialplan: Sequence[AmiMessage]
    endpoints: Sequence[AmiMessage]


def compare(wanted: Files, shape: Shape, now: Running) -> tuple[Difference, ...]:
    """Everything that is not as it should be, each once."""
    return tuple(
        sorted(
            {
                *_queues(wanted[QUEUES], now),
                *_extensions(wanted[EXTENSIONS], now),
                *_phones(wanted[PHONES], now),
                *_members(shape, now),
            }
        )
    )


def waiting(queues: Iterable[AmiMessage]) -> dict[str, int]:
    """Callers in each queue."""
    return {
        one["Queue"]: int(one.get("Calls") or 0) for one in queues if one.event == "QueueParams"
    }


def _queues(wanted: Sequence[Section], now: Running) -> Iterator[Difference]:
    running = {one["Queue"]: one for one in now.queues if one.event == "QueueParams"}
    file = {one.name: one for one in now.files[QUEUES]}
    known = {one.name for one in wanted}
    for name in {*file, *running} - known:
        yield Difference(kind="queue", name=name, running=THERE)
    for section in wanted:
        have = file.get(section.name)
        live = running.get(section.name)
        if have is None or live is None:
            yield Difference(kind="queue", name=section.name, published=THERE, running=MISSING)
            continue
        yield from _lines(section, have)
        options = dict(section.lines)
        for option, header in QUEUE_FIELDS.items():
            if options[option] != live.get(header):
                yield _field("queue", section.name, option, options[option], live.get(header))


def _lines(section: Section, have: Section) -> Iterator[Difference]:
    """Where a queue's section of the file differs, option by option."""
    if section.lines == have.lines:
        return
    ours, theirs = _texts(section), _texts(have)
    for option in sorted({*ours, *theirs}):
        if ours.get(option) != theirs.get(option):
            yield _field(
                "queue", section.name, option, ours.get(option, ""), theirs.get(option, "")
            )


def _texts(section: Section) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in section.lines:
        texts[name] = f"{texts[name]} {value}" if name in texts else value
    return texts


def _extensions(wanted: Sequence[Section], now: Running) -> Iterator[Difference]:
    ours = _written(wanted)
    live: dict[Extension, list[str]] = {}
    for one in now.dialplan:
        if one.event == "ListDialplan" and one.get("Extension"):
            call = f"{one.get('Application')}({one.get('AppData')})"
            live.setdefault((one["Context"], one["Extension"]), []).append(call)
    for theirs in (_written(now.files[EXTENSIONS]), live):
        for key in {*ours, *theirs}:
            if ours.get(key) != theirs.get(key):
                yield _extension(key, ours.get(key), theirs.get(key))


def _written(file: Iterable[Section]) -> dict[Extension, list[str]]:
    """The calls of each extension in a file."""
    found: dict[Extension, list[str]] = {}
    for section in file:
        name = ""
        for option, value in section.lines:
            if option == "exten":
                name = value.partition(",")[0]
            call = _CALL.fullmatch(value)
            said = f"{call[1]}({call[2]})" if call else value
            found.setdefault((section.name, name), []).append(said)
    return found


def _extension(
    key: Extension, ours: Sequence[str] | None, theirs: Sequence[str] | None
) -> Difference:
    context, name = key
    kind = "queue" if context == CONTEXTS[-1] else "number"
    name = name.removeprefix("q_") if kind == "queue" else name
    if ours is None:
        return Difference(kind=kind, name=name, field="dialplan", running=THERE)
    if theirs is None:
        return Difference(kind=kind, name=name, field="dialplan", published=THERE, running=MISSING)
    return _field(kind, name, "dialplan", " ".join(ours)[:200], " ".join(theirs)[:200])


def _phones(wanted: Sequence[Section], now: Running) -> Iterator[Difference]:
    ours = {one.name for one in wanted}
    in_file = {one.name for one in now.files[PHONES]}
    live = {one.get("ObjectName") for one in now.endpoints if one.event == "EndpointList"}
    theirs = {name for name in {*in_file, *live} if _PHONE.fullmatch(name)}
    for name in (theirs - ours) | (ours - in_file) | (ours - live):
        seat = _PHONE.fullmatch(name)
        if seat is None:
            continue
        there = name in ours
        yield Difference(
            kind="seat",
            name=seat[1],
            field=name,
            published=THERE if there else "",
            running=MISSING if there else THERE,
        )


def _members(shape: Shape, now: Running) -> Iterator[Difference]:
    """Members of a queue that no seat explains, and seats that are missing from theirs."""
    if shape.members is None:
        return
    have = set()
    for one in memberships(now.queues):
        seat = seat_of(one.interface)
        if one.static:
            if seat is not None and one.queue == FALLBACK:
                have.add((one.queue, seat[0]))
        elif seat is None or (one.queue, seat[0]) not in shape.members:
            yield Difference(kind="queue", name=one.queue, field="member", running=one.interface)
        else:
            have.add((one.queue, seat[0]))
    for queue, number in set(shape.members) - have:
        yield Difference(kind="queue", name=queue, field="member", published=f"seat {number}")


def _field(kind: str, name: str, field: str, published: str, running: str) -> Difference:
    return Difference(kind=kind, name=name, field=field, published=published, running=running)
