"""When a piece of a stream was said: by counting samples, and by the clock where some are missing.

PURE. Asterisk sends nothing while a leg sends nothing (telephones that leave silence out), and
drops sound when it is short of time.
"""

from __future__ import annotations

DRIFT_SECONDS = 0.3
JUDGE_SECONDS = 0.1
"""Sound that comes late all at once is no gap: what follows within this time tells."""

Piece = tuple[bytes, float]
"""Sound, and the second of the stream at which it begins."""


class Timeline:
    """The time of each piece since the stream's first.

    Seconds are counted in samples. When they fall more than DRIFT_SECONDS behind the clock, and
    stay there for JUDGE_SECONDS, time is taken from the clock; meanwhile pieces are held. Time
    never runs back: a sender faster than the clock is believed.
    """

    def __init__(self, bytes_a_second: int) -> None:
        self._rate = bytes_a_second
        self._origin: float | None = None
        self._held: list[bytes] = []
        self._since = 0.0
        self._least = 0.0
        self.seconds = 0.0
        """Where the next piece begins."""

    def take(self, pcm: bytes, now: float) -> list[Piece]:
        """A piece that ends ``now`` (a clock that never runs back); gives what has a time."""
        if self._origin is None:
            self._origin = now - len(pcm) / self._rate
        self._held.append(pcm)
        held = sum(map(len, self._held)) / self._rate
        behind = now - self._origin - self.seconds - held
        if behind <= DRIFT_SECONDS:
            return self.flush()
        if len(self._held) == 1:
            self._since, self._least = now, behind
        self._least = min(self._least, behind)
        if now - self._since < JUDGE_SECONDS:
            return []
        self.seconds += self._least
        return self.flush()

    def flush(self) -> list[Piece]:
        """What is held, with the times that it has by counting."""
        pieces: list[Piece] = []
        for pcm in self._held:
            pieces.append((pcm, self.seconds))
            self.seconds += len(pcm) / self._rate
        self._held.clear()
        return pieces
