"""A channel that nobody calls: it asks its platform, holds a connection, or listens itself. PURE.

``feed`` runs for as long as the gateway does. What it delivers is recorded when ``deliver``
returns; only then its platform is told so. What it must know after a restart (a cursor, the parts
of a long message) it keeps as notes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, runtime_checkable

from channels.message import Received

KEY_CHARACTERS = 200
NOTE_BYTES = 64 * 1024


class Deliver(Protocol):
    """Where what came goes."""

    async def __call__(self, received: Received, raw: bytes = b"") -> None:
        """Record all of it. Raises NotRecorded: it is to be delivered again, do not acknowledge.

        ``raw`` is what came over the wire, kept beside it. What was delivered before, by its
        ``Inbound.key``, is recorded once.
        """
        ...


class Notes(Protocol):
    """What an account keeps for itself, sealed. Every method raises NotRecorded."""

    async def get(self, key: str) -> bytes | None:
        """What was put there and has neither been dropped nor expired."""
        ...

    async def put(self, key: str, value: bytes, until: datetime | None = None) -> None:
        """Keep it in place of what was there, at most until then (aware UTC).

        Recorded when it returns. A key stands in the clear: no sender and no word is in it.
        At most ``KEY_CHARACTERS`` and ``NOTE_BYTES``.
        """
        ...

    async def drop(self, key: str) -> None:
        """Forget it; what is not there is dropped already."""
        ...

    async def keys(self, prefix: str) -> tuple[str, ...]:
        """The keys there that begin so, in their order."""
        ...


@runtime_checkable
class Fed(Protocol):
    """A channel that also feeds itself."""

    async def feed(self, deliver: Deliver, notes: Notes) -> None:
        """For ever. Whatever it raises is logged by its type, and it is begun again after a pause.

        A peer that is away is no reason to raise: it tries again by itself, ever more slowly.
        Cancelling it closes what it has opened.
        """
        ...
