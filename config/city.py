"""A city's data in a file of its own, under what the settings' file says. Pure.

``site.city_profile`` names it; ``load`` reads it. Tables are put together key by key, lists of
tables entry by entry (an entry is known by its key below): what the settings' file says wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEYS = {
    "trunk": "name",
    "emergency_line": "code",
    "directory_line": "id",
    "special_task": "code",
}
"""The lists that a city's file may have, and what an entry is known by."""
TABLES = ("site", "conduct", "detection", "throttle")
MAY_HOLD = frozenset({*KEYS, *TABLES})


def under(own: Mapping[str, Any], city: Mapping[str, Any]) -> dict[str, Any]:
    """Both in one; ``own`` wins. What is no table or list where one belongs is left to be told."""
    merged: dict[str, Any] = dict(own)
    for name in TABLES:
        if isinstance(city.get(name), Mapping) and isinstance(own.get(name, {}), Mapping):
            merged[name] = {**city[name], **own.get(name, {})}
    for name, key in KEYS.items():
        theirs, ours = city.get(name), own.get(name, [])
        if isinstance(theirs, list) and isinstance(ours, list):
            merged[name] = _entries(ours, theirs, key)
    return merged


def _entries(own: list[Any], city: list[Any], key: str) -> list[Any]:
    """The settings' own entries first, in their order: a problem is told with their place."""
    known = {one[key]: one for one in city if isinstance(one, Mapping) and key in one}
    entries = []
    for one in own:
        base = known.pop(one.get(key), {}) if isinstance(one, Mapping) else {}
        entries.append({**base, **one} if isinstance(one, Mapping) else one)
    return [*entries, *known.values()]
