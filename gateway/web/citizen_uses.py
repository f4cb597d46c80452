"""What citizens' pages and Apps ask of the use cases; ``app`` gives them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from channels.message import Inbound
from gateway.core.chat import ChatForm
from gateway.core.upload import Upload
from gateway.intake.throttling import NOWHERE, From

Json = dict[str, Any]


class Accepted(Protocol):
    """What became of one thing that a citizen sent; ``gateway.intake.inbox.Accepted``."""

    @property
    def contact_id(self) -> str:
        """The conversation that it is in."""
        ...

    @property
    def message_id(self) -> str:
        """The message that it is."""
        ...

    @property
    def seq(self) -> int:
        """Its number there."""
        ...

    @property
    def new(self) -> bool:
        """False: it was here before, under the same key."""
        ...


class Inbox(Protocol):
    """Where everything that citizens send comes in; ``gateway.intake.inbox.Inbox``."""

    async def accept_one(
        self,
        account: str,
        inbound: Inbound,
        *,
        raw: bytes = b"",
        form: ChatForm = ChatForm.CHAT,
        queue: str = "",
        query_code_hash: str = "",
        origin: From = NOWHERE,
    ) -> Accepted:
        """Record it once, whatever happens; raises StoreUnavailable when it could not."""
        ...


class CitizenDesk(Protocol):
    """What a citizen's own page or App reads; ``gateway.intake.citizen_desk.CitizenDesk``.

    Who asks is (account, scheme, value), as in ``Inbound.sender``; a conversation that is not
    theirs is Unknown, like one that never was.
    """

    async def latest_chat_of(self, account: str, scheme: str, value: str) -> str:
        """Their open conversation, else the last that was closed, else empty."""
        ...

    async def account_of(self, contact_id: str) -> str:
        """The channel account that this conversation is on, empty when there is none."""
        ...

    async def messages(self, contact_id: str, after_seq: int, limit: int) -> list[Json]:
        """In order, without notes: ``gateway.web.chat_shapes.ChatMessage``, limit 1..200."""
        ...

    async def wait(self, contact_id: str, after_seq: int, seconds: float) -> None:
        """Until a newer message is recorded or the status changed, at most so long."""
        ...

    async def status(self, contact_id: str) -> Json:
        """``gateway.web.chat_shapes.ChatStatus``."""
        ...

    async def seen(self, contact_id: str, seq: int) -> None:
        """The citizen's screen has shown everything up to ``seq``."""
        ...

    async def leave(self, contact_id: str) -> None:
        """The citizen ends it; no error when it has ended."""
        ...

    async def form_by_code(self, code: str) -> str:
        """The contact that this query code (``core.query_code``) opens, or empty."""
        ...

    async def file_of(self, contact_id: str, attachment_id: str) -> tuple[Path, str] | None:
        """Path and content type of what a browser may show of a file of this conversation."""
        ...


class Uploads(Protocol):
    """Files on their way in; ``gateway.intake.uploads.Uploads``."""

    async def begin(self, owner: str, size_bytes: int) -> Upload:
        """A place for a file; raises Throttled when this owner or the disk has no more room."""
        ...

    async def look(self, owner: str, id: str) -> Upload:
        """How far it is. Raises Unknown."""
        ...

    async def append(
        self, owner: str, id: str, offset: int, pieces: AsyncIterator[bytes]
    ) -> Upload:
        """Go on at ``offset``. What arrived before a break stays. Raises WrongOffset, Invalid."""
        ...

    async def drop(self, owner: str, id: str) -> None:
        """Forget it. Raises Unknown."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenParts:
    """What citizens' pages and Apps speak to.

    ``key`` derives the key of a purpose from the master key. ``app_of`` knows the account
    (``app:city``) that an API key opens, empty for none.
    """

    inbox: Inbox
    desk: CitizenDesk
    uploads: Uploads
    key: Callable[[str], bytes] = field(repr=False)
    app_of: Callable[[str], str]
