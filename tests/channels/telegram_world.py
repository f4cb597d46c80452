"""A bot of tests: its options, the requests of its hook, and the server it talks to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import telegram

from channels.channel import Channel
from channels.message import WebhookRequest
from channels.registry import open_account
from channels.telegram_check import HEADER
from tests.peers.telegram_peer import SECRET, TOKEN, TelegramPeer, telegram_peer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CITIZEN = telegram.User(id=987654321, first_name="王", last_name="芳", is_bot=False)
CHAT = telegram.Chat(id=987654321, type="private")


def options_in(folder: Path, url: str = "https://api.telegram.org", **more: str) -> dict[str, str]:
    """What an admin writes."""
    (folder / "token").write_text(TOKEN + "\n")
    (folder / "secret").write_text(SECRET + "\n")
    return {
        "abroad": "accepted",
        "token_file": str(folder / "token"),
        "secret_file": str(folder / "secret"),
        "base_url": url,
    } | more


@asynccontextmanager
async def bot_and_api(folder: Path) -> AsyncIterator[tuple[Channel, TelegramPeer]]:
    """A bot and the server it talks to."""
    async with telegram_peer() as peer:
        account = open_account("telegram", "main", options_in(folder, peer.url))
        async with account as channel:
            yield channel, peer


def request_of(body: bytes, secret: str | None = SECRET, method: str = "POST") -> WebhookRequest:
    """As the hook reads it."""
    headers = {} if secret is None else {HEADER: secret}
    return WebhookRequest(
        method=method, query={}, headers=headers, body=body, address="127.0.0.1", received_at=NOW
    )
