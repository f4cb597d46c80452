"""A mailbox of ours that is fed, and what it brought and kept."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import cast

from channels.mail import Mail
from channels.message import Received
from channels.registry import open_account
from tests.eventually import eventually

BOX = "mayor@city.example"
CITIZEN = "zhang@citizen.example"


@dataclass
class Kept:
    """``channels.feed.Notes`` in memory, and where letters go; ``away``: what all of it raises."""

    notes: dict[str, bytes] = field(default_factory=dict)
    brought: list[tuple[Received, bytes]] = field(default_factory=list)
    away: Exception | None = None

    async def deliver(self, received: Received, raw: bytes = b"") -> None:
        """Record it."""
        self._there()
        self.brought.append((received, raw))

    async def get(self, key: str) -> bytes | None:
        """A note."""
        self._there()
        return self.notes.get(key)

    async def put(self, key: str, value: bytes, until: datetime | None = None) -> None:
        """Keep one."""
        self._there()
        assert 0 < len(value) <= 64 * 1024
        assert until is None or until > datetime.now(UTC)
        self.notes[key] = value

    async def drop(self, key: str) -> None:
        """Forget one."""
        self._there()
        self.notes.pop(key, None)

    async def keys(self, prefix: str) -> tuple[str, ...]:
        """Those that begin so."""
        self._there()
        return tuple(sorted(key for key in self.notes if key.startswith(prefix)))

    def _there(self) -> None:
        if self.away:
            raise self.away


@asynccontextmanager
async def fed_mailbox(kept: Kept, **options: str) -> AsyncIterator[Mail]:
    """A box that takes letters at ``port``; its relay is nobody's unless it is named."""
    given = {"address": BOX, "relay": "127.0.0.1:9", "relay_protocol": "smtp", "port": "0"}
    mail = cast("Mail", open_account("mail", "main", given | options))
    async with mail, asyncio.TaskGroup() as tasks:
        feeding = tasks.create_task(mail.feed(kept.deliver, kept))
        await eventually(lambda: mail.port, 5)
        yield mail
        feeding.cancel()


async def post(mail: Mail, made: EmailMessage, to: str = BOX, *, lmtp: bool = False) -> None:
    """Hand a letter over as a mail server would. Raises smtplib's errors."""
    await post_at(mail.port, made, to, lmtp=lmtp)


async def post_at(port: int, made: EmailMessage, to: str = BOX, *, lmtp: bool = False) -> None:
    """The same, to whoever listens there."""

    def speak() -> None:
        kind = smtplib.LMTP if lmtp else smtplib.SMTP
        with kind("127.0.0.1", port) as server:
            server.send_message(made, CITIZEN, [to])

    await asyncio.to_thread(speak)
