"""Conversations as citizens' pages hear of them: the same envelopes by poll and by socket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.core.errors import Throttled
from gateway.intake.views import moment
from gateway.ports import Clock
from gateway.web.citizen_uses import CitizenDesk
from gateway.web.limits import Limits

Json = dict[str, Any]
VERSION = 1
PAGE = 100
NO_CHAT: Json = {
    "contact_id": "",
    "state": "none",
    "position": None,
    "expected_wait_seconds": None,
    "operator_name": "",
    "last_seq": 0,
}
RETRY_SECONDS = 10.0


class Conversations:
    """What citizens read, and how many of them listen at once."""

    def __init__(self, desk: CitizenDesk, clock: Clock, limits: Limits) -> None:
        self._desk = desk
        self._clock = clock
        self._limits = limits
        self._open: Counter[str] = Counter()

    async def of(self, account: str, scheme: str, value: str) -> str:
        """The conversation of this citizen, empty when there is none yet."""
        return await self._desk.latest_chat_of(account, scheme, value)

    async def status(self, conv: str) -> Json:
        """How it stands."""
        return dict(await self._desk.status(conv)) if conv else dict(NO_CHAT)

    async def messages(self, conv: str, after: int, files: str = "") -> list[Json]:
        """Envelopes of the next messages, at most a page; ``files`` is where their files are."""
        if not conv:
            return []
        return [
            self.envelope(
                "message",
                conv,
                _with_urls(one, files),
                seq=one["seq"],
                cid=one["cid"],
                ts=one["at"],
            )
            for one in await self._desk.messages(conv, after, PAGE)
        ]

    async def events(self, conv: str, after: int, wait: float, files: str = "") -> Json:
        """A poll: what is new, waiting for it when there is nothing and somebody may come."""
        found = await self.messages(conv, after, files)
        if conv and not found and wait > 0:
            await self._desk.wait(conv, after, min(wait, self._limits.chat_wait_seconds))
            found = await self.messages(conv, after, files)
        last = found[-1]["seq"] if found else after
        return {"events": found, "status": await self.status(conv), "last_seq": last}

    def envelope(
        self, type_: str, conv: str, body: Json | None, *, seq: int = 0, cid: str = "", ts: str = ""
    ) -> Json:
        """One thing to be heard of."""
        return {
            "v": VERSION,
            "type": type_,
            "conv": conv,
            "seq": seq,
            "cid": cid,
            "ts": ts or moment(self._clock.now()),
            "body": body,
        }

    @contextmanager
    def waiting(self, visit: str, address: str) -> Iterator[None]:
        """Hold a place for a poll or a socket. Raises Throttled when too many are held."""
        keys = ("", f"visit {visit}", f"address {address}")
        most = (
            self._limits.chat_waits,
            self._limits.chat_waits_per_visit,
            self._limits.chat_waits_per_address,
        )
        if any(self._open[key] >= limit for key, limit in zip(keys, most, strict=True)):
            raise Throttled(RETRY_SECONDS)
        self._open.update(keys)
        try:
            yield
        finally:
            self._open.subtract(keys)
            for key in keys:
                if self._open[key] <= 0:
                    del self._open[key]


def _with_urls(message: Json, files: str) -> Json:
    """The message with the address of every file that can be shown."""
    shown = [
        one | {"url": f"{files}/{one['id']}" if one["state"] == "ready" else None}
        for one in message["files"]
    ]
    return message | {"files": shown}
