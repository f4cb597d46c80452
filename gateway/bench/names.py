"""Every measurement by its name. A new one is a file with ``measure`` and a line here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, Protocol, cast

from gateway.bench.report import Figures, Told

NAMES = (
    "ami_events",
    "ivr_calls",
    "pop",
    "durable_accept",
    "intake",
    "line",
    "throttle",
    "flood",
    "asr",
    "search",
    "handover",
    "handover_killed",
)
NEEDS_A_HOTLINE = frozenset({"ivr_calls", "pop", "asr", "handover", "handover_killed"})
"""These run a real Asterisk, sipp or Chromium: everything has to be set up first."""


class Measure(Protocol):
    """Takes its time; ``told`` hears how far it is."""

    def __call__(self, told: Told, **size: Any) -> Awaitable[Figures]:
        """Measure."""
        ...


def measure_of(name: str, *, tiny: bool = False) -> Callable[[Told], Awaitable[Figures]]:
    """Imported only when it is wanted: a browser's driver is there only where tests run.

    ``tiny`` is so small that it says nothing but that it runs.
    """
    module = import_module(f"gateway.bench.{name}")
    measure, size = cast("Measure", module.measure), module.TINY if tiny else {}
    return lambda told: measure(told, **size)
