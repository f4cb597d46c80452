"""Texts that are still to be put into the search, in the background.

Those written before there was a search, and those of a contact that is confidential no more. A
contact's debt ends after all of its texts are in, so a stop in between loses nothing; a text that
changed meanwhile, became private or was shredded is left as it is by then (``How.KEEP``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

import structlog

from gateway.core.errors import StoreUnavailable
from gateway.store import queries_search as queries
from gateway.store.rows_search import paid, placed
from gateway.store.tables_search import word_debt

if TYPE_CHECKING:
    from gateway.core.message import Message
    from gateway.core.transcript import Segment
    from gateway.ports import Clock
    from gateway.store.change import Change
    from gateway.store.reading import Reading
    from gateway.store.vault import Vault
    from gateway.store.writer import Writer

log = structlog.get_logger()

AT_ONCE = 100
"""Contacts that are read from the list together; progress is told after each hundred."""
PAGE = 200
"""Texts of a contact that become one commit."""
PATIENCE_SECONDS = 5.0
"""Between two tries while the database is away."""


class Texts(Protocol):
    """What is read of a contact."""

    async def segments(
        self, contact_id: str, *, after_seq: int = 0, limit: int = 500
    ) -> tuple[Segment, ...]:
        """By seq."""
        ...

    async def messages(
        self, contact_id: str, *, after_seq: int = 0, limit: int = 200
    ) -> tuple[Message, ...]:
        """By seq."""
        ...


class WordDebts:
    """Pays them one contact after the other (``run``), and one at once (``pay``)."""

    def __init__(
        self, reading: Reading, writer: Writer, vault: Vault, texts: Texts, clock: Clock
    ) -> None:
        self._reading, self._writer, self._vault = reading, writer, vault
        self._texts, self._clock = texts, clock
        self._bell = asyncio.Event()
        self._bell.set()

    def ring(self) -> None:
        """There is a new debt."""
        self._bell.set()

    async def run(self) -> None:
        """Pay until cancelled."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            try:
                await self._pay_all()
            except StoreUnavailable:
                self._bell.set()
                await self._clock.sleep(PATIENCE_SECONDS)

    async def _pay_all(self) -> None:
        while debts := await self._reading.rows(queries.debts(AT_ONCE)):
            for debt in debts:
                await self.pay(debt[word_debt.c.contact_id])
            (left,) = await self._reading.rows(queries.DEBTS_LEFT)
            log.info("search_filling", part="store", count=left["left"])

    async def pay(self, contact_id: str) -> None:
        """Put all texts of a contact into the search; raises StoreUnavailable."""
        async for page in self._pages(contact_id):
            await self._writer.write(page)
        await self._writer.write((paid(contact_id),))

    async def _pages(self, contact_id: str) -> AsyncIterator[tuple[Change, ...]]:
        seq = 0
        while heard := await self._texts.segments(contact_id, after_seq=seq, limit=PAGE):
            yield tuple(
                placed(
                    self._vault,
                    one.shown,
                    contact_id=contact_id,
                    at=one.at,
                    segment_id=one.id,
                    owed=True,
                )
                for one in heard
            )
            seq = heard[-1].seq
        seq = 0
        while said := await self._texts.messages(contact_id, after_seq=seq, limit=PAGE):
            yield tuple(
                placed(
                    self._vault,
                    one.text if one.by_a_person else "",
                    contact_id=contact_id,
                    at=one.at,
                    message_id=one.id,
                    owed=True,
                )
                for one in said
            )
            seq = said[-1].seq
