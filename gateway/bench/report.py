"""What a bench says: figures by name, and in words what they mean. PURE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Told = Callable[[str], None]
"""Hears of the progress, in a few words."""


@dataclass(frozen=True, slots=True)
class Figures:
    """``values`` by name, and a ``note`` on how they came about."""

    values: Mapping[str, float | int | str]
    note: str = ""

    def as_json(self) -> dict[str, float | int | str]:
        """The figures, the note among them."""
        return {**self.values, **({"note": self.note} if self.note else {})}
