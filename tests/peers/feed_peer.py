"""Whatever feeds itself, fed: an inbox that records by key, and notes that outlive a restart."""

from __future__ import annotations

from datetime import datetime

from channels.errors import NotRecorded
from channels.feed import KEY_CHARACTERS, NOTE_BYTES
from channels.message import Inbound, Receipt, Received


class FeedPeer:
    """``deliver`` and notes of one account; ``away``: it cannot record now; ``broken``: a bug."""

    def __init__(self) -> None:
        self.came: dict[str, Inbound] = {}
        self.raw: list[bytes] = []
        self.receipts: list[Receipt] = []
        self.notes: dict[str, bytes] = {}
        self.delivered = 0
        self.away = self.broken = False
        self.delivered_broken = 0
        self.fails_after_delivery = False

    async def __call__(self, received: Received, raw: bytes = b"") -> None:
        """See ``channels.feed.Deliver``."""
        self._must_be_there()
        if self.broken:
            self.delivered_broken += 1
            raise ValueError("a bug")
        for one in received.messages:
            self.delivered += 1
            self.came.setdefault(one.key, one)
            self.raw.append(raw)
        self.receipts += received.receipts
        self.away = self.fails_after_delivery

    async def get(self, key: str) -> bytes | None:
        """See ``channels.feed.Notes``."""
        self._must_be_there()
        return self.notes.get(key)

    async def put(self, key: str, value: bytes, until: datetime | None = None) -> None:
        """See ``channels.feed.Notes``."""
        del until
        self._must_be_there()
        assert 0 < len(key) <= KEY_CHARACTERS
        assert 0 < len(value) <= NOTE_BYTES
        self.notes[key] = value

    async def drop(self, key: str) -> None:
        """See ``channels.feed.Notes``."""
        self._must_be_there()
        self.notes.pop(key, None)

    async def keys(self, prefix: str) -> tuple[str, ...]:
        """See ``channels.feed.Notes``."""
        self._must_be_there()
        return tuple(sorted(key for key in self.notes if key.startswith(prefix)))

    @property
    def texts(self) -> list[str]:
        """What was written, in the order it was handed over."""
        return [one.text for one in self.came.values()]

    def _must_be_there(self) -> None:
        if self.away:
            raise NotRecorded("away")
