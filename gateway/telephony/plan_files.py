"""The files of Asterisk that an admin changes while it runs: queues, numbers, seats.

One function makes them: for the whole configuration at a start (``asterisk_config``) and for what
is published on the running system (``publish``). Nothing else stands in them, so that Asterisk may
write them anew (UpdateConfig) without losing a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from config.render import Rendered, Value, render, render_each
from gateway.core.line import PhoneKind
from gateway.core.queue import FALLBACK, Queue
from gateway.ports import PhoneSecrets
from gateway.telephony.conf_text import Section, sections

QUEUES, EXTENSIONS, PHONES = "queues_hotline.conf", "extensions_hotline.conf", "pjsip_hotline.conf"

FALLBACK_DESK_PHONES = 10
"""How many seats' desk phones stand in the fallback queue for ever, behind everyone signed in: they
are there when the telephone system has forgotten who was."""
FALLBACK_DESK_PENALTY = 90
FALLBACK_RING_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFiles:
    """What the files are made of. ``web_calls``: whether browsers may call these numbers, too."""

    queues: Sequence[Queue]
    dids: Sequence[str]
    seats: Sequence[str]
    phones: PhoneSecrets
    web_calls: bool

    def values(self) -> dict[str, dict[str, Value]]:
        """For each file the values of its template; raises ConfigError for one that is unsafe."""
        own = [queue for queue in self.queues if queue.name != FALLBACK]
        return {
            QUEUES: {"queues": self._sections(own)},
            EXTENSIONS: {
                "queues": each(
                    "extensions_queue.conf",
                    [{"name": one.name, "max_wait_seconds": one.max_wait_seconds} for one in own],
                ),
                "trunk_numbers": self._numbers("trunk"),
                "web_numbers": self._numbers("web") if self.web_calls else Rendered(),
            },
            PHONES: {"phones": self._phones()},
        }

    def sections(self) -> dict[str, tuple[Section, ...]]:
        """Each file as the sections that Asterisk should have; without the phones' templates."""
        values = self.values()
        return {
            QUEUES: sections(str(values[QUEUES]["queues"])),
            EXTENSIONS: sections(render(EXTENSIONS, template(EXTENSIONS), values[EXTENSIONS])),
            PHONES: sections(str(values[PHONES]["phones"])),
        }

    def _sections(self, own: Sequence[Queue]) -> Rendered:
        rows: list[Mapping[str, Value]] = [
            {
                "name": queue.name,
                "strategy": queue.strategy,
                "ring_seconds": queue.ring_seconds,
                "service_level_seconds": queue.service_level_seconds,
                "weight": queue.rank,
                "members": Rendered(),
            }
            for queue in own
        ]
        always: list[Mapping[str, Value]] = [
            {"seat": seat, "penalty": FALLBACK_DESK_PENALTY}
            for seat in self.seats[:FALLBACK_DESK_PHONES]
        ]
        rows.append(
            {
                "name": FALLBACK,
                "strategy": "leastrecent",
                "ring_seconds": FALLBACK_RING_SECONDS,
                "service_level_seconds": FALLBACK_RING_SECONDS,
                "weight": max((queue.rank for queue in own), default=0) + 1,
                "members": each("queues_member.conf", always),
            }
        )
        return each("queues_queue.conf", rows)

    def _numbers(self, origin: str) -> Rendered:
        return each("extensions_number.conf", [{"did": d, "origin": origin} for d in self.dids])

    def _phones(self) -> Rendered:
        return Rendered(
            "\n".join(
                each(
                    f"pjsip_{kind.value}.conf",
                    [
                        {"seat": seat, "password": self.phones.password(seat, kind)}
                        for seat in self.seats
                    ],
                )
                for kind in PhoneKind
            )
        )


def template(name: str) -> str:
    """The template of one file, or of one part of a file."""
    return (files("config") / "asterisk" / f"{name}.in").read_text(encoding="utf-8")


def each(name: str, rows: Sequence[Mapping[str, Value]]) -> Rendered:
    """One part for each row."""
    return render_each(name, template(name), rows)
