"""What the limits of ``[detection]`` may be. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from config.allowed import NAME, Rule, Says, between
from config.settings import Settings

PATTERNS = (
    ("redial_calls", 5),
    ("silent_calls", 2),
    ("occupying_calls", 1),
    ("same_messages", 3),
    ("scan_numbers", 10),
    ("brief_calls", 5),
)
"""The counts, and the smallest that anybody should be asked to look at."""
MOST_COUNT, MOST_MINUTES, MOST_CODES = 500, 7 * 1440, 20


def _codes(value: tuple[str, ...]) -> Says | None:
    wrong = len(value) > MOST_CODES or any(NAME(one) is not None for one in value)
    return ("最多 20 个处理结果代码", "at most 20 codes of results") if wrong else None


DETECTION_RULES: dict[str, dict[str, Rule]] = {
    "DetectionSettings": {
        **{name: between(0, MOST_COUNT) for name, _least in PATTERNS},
        **{
            f"{name}_minutes": between(1, MOST_MINUTES)
            for name in ("redial", "silent", "occupying", "same", "scan", "brief")
        },
        "occupying_talk_minutes": between(5, 600),
        "scan_seconds": between(1, 60),
        "silent_codes": _codes,
        "no_matter_codes": _codes,
    },
}


def detection_relations(settings: Settings) -> Iterator[tuple[str, Says]]:
    """A limit that honest people meet would fill the list with them."""
    for name, least in PATTERNS:
        if 0 < getattr(settings.detection, name) < least:
            yield (
                f"detection.{name}",
                (f"0（不检测）或至少 {least}", f"0 (off), or at least {least}"),
            )
