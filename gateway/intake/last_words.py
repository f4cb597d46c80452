"""The last words of every call that is heard, in memory: an emergency waits for no database."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from asr import wire
from asr.writing import written
from gateway.core.masking import masked
from gateway.core.transcript import Party
from gateway.intake.streams import Stream
from gateway.ports import Clock
from gateway.ports.ears import Heard

MOST_CALLS = 2_000
MOST_SENTENCES = 100
LAST = timedelta(seconds=30)

Sentence = tuple[datetime, Party, str]


class LastWords:
    """``hear`` every report of the ear."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: OrderedDict[str, deque[Sentence]] = OrderedDict()

    def hear(self, stream: Stream | None, report: Heard) -> None:
        """One report; only final words count, numbers in them stay hidden."""
        if stream is None or not isinstance(report, wire.Final):
            return
        side = stream.side
        said = self._said.setdefault(side.contact_id, deque(maxlen=MOST_SENTENCES))
        text = masked(written(report.utterance.words))
        said.append((self._clock.now(), side.party, text))
        self._said.move_to_end(side.contact_id)
        while len(self._said) > MOST_CALLS:
            self._said.popitem(last=False)

    def of(self, contact_id: str) -> list[Sentence]:
        """What both sides said in the last 30 seconds, oldest first."""
        since = self._clock.now() - LAST
        return [one for one in self._said.get(contact_id, ()) if one[0] >= since]
