"""An ordinary day: how busy it is, and what the simulated people saw of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """``load`` is the share of the time that seats would talk if nobody gave up (1.0: all of it).

    ``writes`` is how many conversations are begun by writing for each call, 0: none.
    ``citizen_voices`` and ``operator_voices`` are WAVs that ``Sound.play_file`` takes.
    """

    url: str
    sip: tuple[str, int]
    dids: Sequence[str]
    seats: int
    load: float = 0.85
    talk_seconds: float = 25.0
    wrap_up_seconds: float = 5.0
    patience_seconds: tuple[float, float] = (15.0, 90.0)
    writes: float = 0.5
    typing_seconds: float = 5.0
    citizen_voices: Sequence[Path] = ()
    operator_voices: Sequence[Path] = ()

    @property
    def pause_seconds(self) -> float:
        """Mean time from one call to the next."""
        return (self.talk_seconds + self.wrap_up_seconds) / (self.seats * self.load)


@dataclass(slots=True)
class Seen:
    """What the simulated people saw so far."""

    calls: int = 0
    on_the_phone: int = 0
    answered: int = 0
    gave_up: int = 0
    refused: int = 0
    conversations: int = 0
    forms: int = 0
    replies: int = 0
    written_out: int = 0
    """Conversations and forms that a simulated seat has closed."""
    turned_away: int = 0
    """What was written and could not be handed in."""
