"""``ports.NoteStore`` over SQLite or PostgreSQL: what channel accounts keep for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.channel_note import ChannelNote
from gateway.store.reading import Answers, one
from gateway.store.rows_notes import place
from gateway.store.tables_notes import channel_note as its

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault

MOST_KEYS = 10_000


class NoteAnswers(Answers):
    """Reads of channel accounts' notes."""

    async def channel_note(self, account: str, key: str) -> ChannelNote | None:
        """What this account keeps there, expired or not."""
        wanted = sa.select(its).where(its.c.account == account, its.c.key == key)
        return one(await self._open(wanted, _note))

    async def channel_note_keys(self, account: str, prefix: str, now: datetime) -> tuple[str, ...]:
        """The keys of what has not expired that begin so, in their order; at most 10,000."""
        wanted = (
            sa.select(its.c.key)
            .where(
                its.c.account == account,
                its.c.key.startswith(prefix, autoescape=True),
                sa.or_(its.c.until.is_(None), its.c.until > now),
            )
            .order_by(its.c.key)
            .limit(MOST_KEYS)
        )
        return await self._read(wanted, lambda row: str(row["key"]))

    async def channel_notes_expired(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Account and key of what is worth nothing any more; at most 10,000."""
        wanted = (
            sa.select(its.c.account, its.c.key)
            .where(its.c.until <= now)
            .order_by(its.c.until)
            .limit(MOST_KEYS)
        )
        return await self._read(wanted, lambda row: (str(row["account"]), str(row["key"])))


def _note(row: RowMapping, vault: Vault) -> ChannelNote:
    account, key = row["account"], row["key"]
    return ChannelNote(
        account=account,
        key=key,
        value=vault.open_bytes(
            "channel_note", "value_cipher", place(account, key), row["value_cipher"]
        ),
        until=row["until"],
    )
