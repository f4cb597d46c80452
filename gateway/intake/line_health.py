"""专线状态: each trunk of each emergency line and directory entry, by OPTIONS; no test call.

Whoever watches is told when the last trunk of a line is gone, and when it is back; once a day each
line's state is written down (a fact), whatever it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, tzinfo
from typing import Any

from gateway.core.emergency import City, healthy, lines_using
from gateway.core.errors import PhonesUnavailable, StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Right, may
from gateway.intake.floor import Floor
from gateway.ports.emergency import Trunks

LOOK_SECONDS = 5.0
WORDS = {True: "up", False: "down", None: "unknown"}

Json = dict[str, Any]


class LineHealth:
    """``run`` it; ``well`` maps each trunk to whether it answered at the last look."""

    def __init__(
        self, floor: Floor, trunks: Trunks, city: City, zone: tzinfo, check_hour: int
    ) -> None:
        self.floor = floor
        self.well: Mapping[str, bool] = {}
        self._trunks = trunks
        self._city = city
        self._used = lines_using(city)
        self._zone = zone
        self._hour = check_hour
        self._dead: frozenset[str] = frozenset()
        self._noted: date | None = None

    async def run(self) -> None:
        """Look for ever."""
        while self._used:
            await self.turn()
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.Event().wait()

    async def turn(self) -> None:
        """Look once; when its hour has come, write it down."""
        every = dict.fromkeys(trunk for trunks in self._used.values() for trunk in trunks)
        try:
            self.well = await self._trunks.answering(tuple(every))
        except PhonesUnavailable:
            return
        self._tell()
        local = self.floor.clock.now().astimezone(self._zone)
        if local.hour >= self._hour and self._noted != local.date():
            try:
                await self.floor.store.record(*self.facts())
            except StoreUnavailable:
                return
            self._noted = local.date()

    def _tell(self) -> None:
        dead = {line for line, trunks in self._used.items() if not healthy(trunks, self.well)}
        for line in sorted(dead - self._dead):
            self._notice(line, "error", "所有中继都无应答，无法转接", "no trunk answers any more")
        for line in sorted(self._dead - dead):
            self._notice(line, "success", "中继恢复，可以转接", "can be called again")
        self._dead = frozenset(dead)

    def _notice(self, line: str, level: str, zh: str, en: str) -> None:
        title_zh, title_en = self._titles(line)
        said = {"level": level, "zh": f"{title_zh}：{zh}", "en": f"{title_en}: {en}"}
        for operator in self.floor.operators.values():
            if may(operator.role, Right.WATCH):
                self.floor.hub.tell(operator.id, "notice", said)

    def _titles(self, line: str) -> tuple[str, str]:
        one = self._city.emergency.get(line) or self._city.directory[line]
        name = f"{line} " if line in self._city.emergency else ""
        return name + one.title_zh, name + one.title_en

    def facts(self) -> list[Fact]:
        """The record of each line as it is now."""
        now = self.floor.clock.now()
        return [
            Fact(
                kind=FactKind.LINES_CHECKED,
                at=now,
                data={
                    "line": line,
                    "result": WORDS[healthy(trunks, self.well)],
                    "trunks": " ".join(f"{t}={WORDS[self.well.get(t)]}" for t in trunks),
                },
            )
            for line, trunks in self._used.items()
        ]

    def view(self) -> list[Json]:
        """Every line with its trunks."""
        return [
            {
                "line": line,
                **dict(zip(("title_zh", "title_en"), self._titles(line), strict=True)),
                "healthy": healthy(trunks, self.well),
                "trunks": {one: self.well.get(one) for one in trunks},
            }
            for line, trunks in self._used.items()
        ]

    def alarms(self) -> Iterable[tuple[str, tuple[str, str]]]:
        """What the wall says of lines that nobody can be put through to."""
        if self._dead:
            said = " ".join(sorted(self._dead))
            yield "line_dead", (f"专线无可用中继：{said}", f"no trunk answers for: {said}")
