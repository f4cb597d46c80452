"""A place that a citizen sent: where it came from and which grid it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Datum(StrEnum):
    """Which grid coordinates stand on: two maps of one city differ by hundreds of metres."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Degrees as given, never converted in place; ``source`` is pin, typed or exif."""

    latitude: float
    longitude: float
    datum: Datum
    accuracy_m: float = 0.0
    address: str = ""
    source: str = "pin"
