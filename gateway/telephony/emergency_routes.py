"""Emergency lines as the dialplan knows them: whom it dials by itself, trunk after trunk. PURE.

What it does stands in config/asterisk/extensions_emergency.conf.in, and needs no gateway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.errors import ConfigError, Problem
from config.render import Rendered, Value
from config.settings import Settings
from gateway.telephony.plan_files import each

TAKEN = "01*"
"""Keys while waiting that mean something else: a person, a callback, a message."""
MOST_TRIES = 10
"""Trunks of one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRoute:
    """One line: ``code`` is what it is called, ``numbers`` are (number, trunk) in order.

    ``key`` leads there out of every queue; empty: none does. ``ring_seconds`` is for each trunk.
    """

    code: str
    numbers: tuple[tuple[str, str], ...]
    key: str = ""
    ring_seconds: int = 20


def routes_of(settings: Settings) -> tuple[EmergencyRoute, ...]:
    """Every line that calls may be transferred to, over the trunks of the region that is usual."""
    return tuple(
        EmergencyRoute(
            code=one.code,
            numbers=tuple((region.number or one.code, trunk) for trunk in region.trunks),
            key=one.key,
            ring_seconds=one.ring_seconds,
        )
        for one in settings.emergency_line
        if one.policy == "transfer"
        for region in one.regions
        if region.id == (one.region or one.regions[0].id)
    )


def emergency_lines(routes: Sequence[EmergencyRoute]) -> Rendered:
    """An extension for each line."""
    return each(
        "extensions_emergency_line.conf",
        [{"code": one.code, "tries": _tries(one)} for one in routes],
    )


def emergency_keys(routes: Sequence[EmergencyRoute]) -> Rendered:
    """The keys that lead there while waiting; raises ConfigError for one that is taken."""
    with_key = [one for one in routes if one.key]
    keys = [one.key for one in with_key]
    wrong = [key for key in keys if len(key) != 1 or key in TAKEN or keys.count(key) > 1]
    if wrong:
        zh = f"紧急专线的按键 {wrong[0]} 已被占用"
        en = f"key {wrong[0]} of an emergency line is taken"
        raise ConfigError(Problem("extensions.conf", "emergency_line", zh, en))
    rows: list[Mapping[str, Value]] = [{"key": one.key, "code": one.code} for one in with_key]
    return each("extensions_leave_emergency.conf", rows)


def _tries(route: EmergencyRoute) -> Rendered:
    rows: list[Mapping[str, Value]] = [
        {"number": number, "trunk": trunk, "ring_seconds": route.ring_seconds}
        for number, trunk in route.numbers[:MOST_TRIES]
    ]
    return each("extensions_emergency_try.conf", rows)
