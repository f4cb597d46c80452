"""A whole channel for tests of what stands behind channels: it takes, keeps files and sends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from types import TracebackType
from typing import Self

from channels.channel import Caps
from channels.errors import FetchFailed, Forged, Malformed, SendFailed
from channels.message import (
    Finding,
    HookAnswer,
    Inbound,
    Kind,
    MediaRef,
    Outbound,
    Received,
    Sender,
    Sent,
    WebhookRequest,
)

PASSWORD = "swordfish"


class ChannelPeer:
    """Believes whoever knows the password; a body is ``{"key", "from", "text"}`` in JSON."""

    kind = "peer"

    def __init__(self, *, hook_bytes: int = 4096) -> None:
        self.caps = Caps(text_most=200, hook_bytes=hook_bytes)
        self.files: dict[str, bytes | FetchFailed] = {}
        self.fetched: list[str] = []
        self.sent: list[Outbound] = []
        self.refuses: SendFailed | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def receive(self, request: WebhookRequest) -> Received:
        """What was delivered."""
        if request.headers.get("x-password") != PASSWORD:
            raise Forged("password", 403, b"no")
        if request.method == "GET":
            answer = HookAnswer(body=request.query.get("echo", "").encode())
            return Received(answer=answer)
        try:
            said = json.loads(request.body)
            inbound = Inbound(
                key=said["key"],
                sender=Sender(scheme="peer_id", value=said["from"]),
                kind=Kind.TEXT,
                sent_at=request.received_at - timedelta(seconds=1),
                text=said["text"],
            )
        except (ValueError, KeyError, TypeError):
            raise Malformed("body") from None
        return Received(messages=(inbound,), answer=HookAnswer(body=b"taken"))

    async def send(self, outbound: Outbound) -> Sent:
        """Took it, unless told to refuse."""
        if self.refuses is not None:
            raise self.refuses
        self.sent.append(outbound)
        return Sent(parts=(f"p{len(self.sent)}",))

    async def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """A file in pieces of a kilobyte."""
        self.fetched.append(media.ref)
        file = self.files.get(media.ref, FetchFailed("http-404", again=False))
        if isinstance(file, FetchFailed):
            raise file
        if len(file) > most_bytes:
            raise FetchFailed("too-large", again=False)
        for at in range(0, len(file), 1024):
            yield file[at : at + 1024]

    async def check(self) -> tuple[Finding, ...]:
        """Always well."""
        return (Finding(name="peer", good=True, zh="正常", en="well"),)
