"""What accounts have in common that no platform calls: nothing is open, nobody is believed."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from channels.errors import HookRefused
from channels.message import Received, WebhookRequest


class Unhooked:
    """Half of a ``channels.channel.Channel``."""

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
        """What comes to its hook is nobody's: it has none."""
        del request
        raise HookRefused("no-hook", 404)
