"""The only door to aiosmtpd: letters are taken over SMTP or LMTP (RFC 5321, RFC 2033).

A letter is answered 250 when ``take`` has returned; when it raises, NotRecorded or whatever a fault
of ours raises, 451, so that the other side keeps it and comes again.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from channels.errors import NotRecorded
from channels.networks import Network, within

Take = Callable[[bytes, str], Awaitable[None]]
IDLE_SECONDS = 60
MOST_CONNECTIONS = 64
MOST_RCPTS = 20
NAME = "12345"
LATER = "451 4.3.0 cannot be recorded now, try again later"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """Where letters are taken, for which boxes (lower case), from which machines."""

    host: str
    port: int
    lmtp: bool
    boxes: frozenset[str]
    allowed: tuple[Network, ...]
    most_bytes: int


class _Handler:
    """What a letter is told; ``handle_*`` are aiosmtpd's names."""

    def __init__(self, settings: DoorSettings, take: Take) -> None:
        self._settings = settings
        self._take = take

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Only our boxes; LMTP answers once a letter, so it takes one box at a time."""
        del server, session, rcpt_options
        if address.lower() not in self._settings.boxes:
            return "550 5.1.1 no such mailbox here"
        if len(envelope.rcpt_tos) >= (1 if self._settings.lmtp else MOST_RCPTS):
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Recorded, then accepted."""
        del server, session
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        try:
            await self._take(raw, envelope.mail_from or "")
        except NotRecorded:
            return LATER
        except Exception as fault:  # noqa: BLE001 - aiosmtpd would say 500, and the letter be gone
            log.warning("letter not recorded: %s", type(fault).__name__)
            return LATER
        return "250 2.0.0 recorded"


@asynccontextmanager
async def open_door(settings: DoorSettings, take: Take) -> AsyncIterator[int]:
    """The port at which letters are taken. Raises OSError: it cannot be listened at."""
    handler = _Handler(settings, take)
    open_: set[asyncio.BaseTransport] = set()
    kind = LMTP if settings.lmtp else SMTP

    class Conversation(kind):  # type: ignore[valid-type,misc]
        """One connection, if there is room and it may be here."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            """Whoever may not be here hears nothing."""
            peer = transport.get_extra_info("peername") or ("",)
            if len(open_) >= MOST_CONNECTIONS or not within(peer[0], settings.allowed):
                transport.close()
                return
            open_.add(transport)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            """There is room again."""
            if self.transport is None:
                return
            open_.discard(self.transport)
            super().connection_lost(error)

    def converse() -> asyncio.Protocol:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a login that is not offered
            made: asyncio.Protocol = Conversation(
                handler,
                data_size_limit=settings.most_bytes,
                enable_SMTPUTF8=True,
                hostname=NAME,
                ident="ready",
                timeout=IDLE_SECONDS,
            )
        return made

    server = await asyncio.get_running_loop().create_server(converse, settings.host, settings.port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for transport in tuple(open_):
            transport.close()
        await server.wait_closed()
