"""The city's lines as targets of a reach: emergency lines (dispatchers) and the directory.

Providers of the directory that the console shows: what there is, whether it can be called now, and
whom to try in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from gateway.core.emergency import (
    City,
    EmergencyLine,
    directory_tries,
    emergency_tries,
    healthy,
    lines_using,
)
from gateway.core.errors import Unknown
from gateway.core.hours import open_at
from gateway.core.reach import Try
from gateway.ports import Clock

Json = dict[str, Any]
Well = Callable[[], Mapping[str, bool]]
"""Which trunks answer; one that is not named is not known yet."""


class EmergencyTargets:
    """紧急专线: 110, 119, 120, 122 and what else the city has."""

    def __init__(self, city: City, well: Well) -> None:
        self._city = city
        self._well = well

    def entries(self) -> list[Json]:
        """Every line in the order of the city's data, with policy, guidance and regions."""
        used, well = lines_using(self._city), self._well()
        return [
            {
                "code": line.code,
                "title_zh": line.title_zh,
                "title_en": line.title_en,
                "policy": line.policy.value,
                "guide_zh": line.guide_zh,
                "guide_en": line.guide_en,
                "regions": [
                    {"id": one.id, "title_zh": one.title_zh, "title_en": one.title_en}
                    for one in line.regions
                ],
                "healthy": healthy(used.get(line.code, ()), well) or line.code not in used,
            }
            for line in self._city.emergency.values()
        ]

    def title(self, target: str) -> str:
        """``110 公安报警``. Raises Unknown."""
        line = self._line(target)
        return f"{line.code} {line.title_zh}"

    def _line(self, target: str) -> EmergencyLine:
        line = self._city.emergency.get(target)
        if line is None:
            raise Unknown("emergency line", target)
        return line

    def tries(self, target: str, region: str, now: datetime) -> tuple[Try, ...]:
        """Trunk after trunk of the region; none where the line is not put through.

        ``region`` is an id of the line's, or a number of ours that the citizen dialled, or empty.
        Raises Unknown.
        """
        del now
        line = self._line(target)
        if any(one.id == region for one in line.regions) or not region.isdigit():
            return emergency_tries(line, region=region)
        return emergency_tries(line, did=region)


class DirectoryTargets:
    """通讯录: utilities and offices. Their hours are by the city's own time."""

    def __init__(self, city: City, well: Well, zone: tzinfo, clock: Clock) -> None:
        self._city = city
        self._well = well
        self._zone = zone
        self._clock = clock

    def entries(self) -> list[Json]:
        """Every entry in the order of the city's data."""
        well, local = self._well(), self._clock.now().astimezone(self._zone)
        return [
            {
                "id": line.id,
                "title_zh": line.title_zh,
                "title_en": line.title_en,
                "kind": line.kind,
                "healthy": healthy(line.trunks, well),
                "open": open_at(line.hours, local),
            }
            for line in self._city.directory.values()
        ]

    def title(self, target: str) -> str:
        """The entry's name. Raises Unknown."""
        line = self._city.directory.get(target)
        if line is None:
            raise Unknown("directory line", target)
        return line.title_zh

    def tries(self, target: str, region: str, now: datetime) -> tuple[Try, ...]:
        """The entry while it is open, then who is on call for it. Raises Unknown."""
        del region
        self.title(target)
        return directory_tries(self._city.directory, target, now.astimezone(self._zone))
