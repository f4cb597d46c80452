"""Which streams are followed live. PURE.

There are so many slots as the machine can follow. A rank's first number is its class (an emergency
is smaller), the second orders within it. A live stream stays so: only one of a smaller class takes
its slot, or a machine that falls behind. What waits comes in when there is room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BEHIND_SECONDS = 1.0
"""A lag above this sheds: partials first, then a live stream for every STEP_SECONDS of it."""
CALM_SECONDS = 0.4
"""A lag below this is calm; a calm of RECOVERY_SECONDS gives one step back."""
STEP_SECONDS = 2.0
RECOVERY_SECONDS = 5.0

Rank = tuple[int, float]
Why = Literal["", "full", "behind"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """From now on this stream is followed live, or is not, because."""

    stream: str
    live: bool
    why: Why = ""


class Admission:
    """Streams with ranks, and who of them is live. ``settle`` gives what changed."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._ranks: dict[str, Rank] = {}
        self._live: set[str] = set()
        self._told: dict[str, Verdict] = {}
        self._shed = 0
        self._lagging_since: float | None = None
        self._calm_since: float | None = None
        self.partials = True
        """Whether there is time for partials."""

    @property
    def live(self) -> frozenset[str]:
        """Who is followed, as of the last ``settle``."""
        return frozenset(self._live)

    def enter(self, stream: str, rank: Rank) -> None:
        """A stream is here, or has another rank."""
        self._ranks[stream] = rank

    def leave(self, stream: str) -> None:
        """It is over."""
        self._ranks.pop(stream, None)
        self._live.discard(stream)
        self._told.pop(stream, None)

    def lag(self, seconds: float, now: float) -> None:
        """How old the oldest sound is that is not recognised yet; to be told often."""
        if seconds > BEHIND_SECONDS:
            self._calm_since = None
            if self._lagging_since is None or now - self._lagging_since >= STEP_SECONDS:
                self._lagging_since = now
                self._step_down()
            return
        self._lagging_since = None
        if seconds > CALM_SECONDS:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        elif now - self._calm_since >= RECOVERY_SECONDS:
            self._calm_since = now
            self._step_up()

    def settle(self) -> tuple[Verdict, ...]:
        """What changed since the last time; those who lose their slot come first."""
        room = self._room
        kept = sorted(self._live, key=self._order)[:room]
        waiting = sorted(self._ranks.keys() - set(kept), key=self._order)
        for stream in waiting:
            if len(kept) < room:
                kept.append(stream)
                continue
            last = max(kept, key=self._order, default=None)
            if last is None or self._ranks[stream][0] >= self._ranks[last][0]:
                break
            kept.remove(last)
            kept.append(stream)
        self._live = set(kept)
        now = {stream: self._verdict(stream) for stream in sorted(self._ranks, key=self._order)}
        changed = [one for stream, one in now.items() if self._told.get(stream) != one]
        self._told = now
        return tuple(sorted(changed, key=lambda one: one.live))

    @property
    def _room(self) -> int:
        return max(self.slots - self._shed, min(self.slots, 1))

    def _order(self, stream: str) -> tuple[Rank, str]:
        return self._ranks[stream], stream

    def _verdict(self, stream: str) -> Verdict:
        if stream in self._live:
            return Verdict(stream, live=True)
        # the one who waits would be live if nothing had been shed
        behind = self._shed and len(self._live) < self.slots
        return Verdict(stream, live=False, why="behind" if behind else "full")

    def _step_down(self) -> None:
        if self.partials:
            self.partials = False
        elif self._room > 1:
            # from what runs now: slots that nobody uses would shed nobody
            self._shed = self.slots - min(self._room, max(len(self._live), 1)) + 1
            self._shed = min(self._shed, self.slots - 1)

    def _step_up(self) -> None:
        if self._shed:
            self._shed -= 1
        else:
            self.partials = True
