"""A WeChat account of tests: its options, its hook's requests, and what they may ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from channels.message import WebhookRequest
from channels.options import Options
from channels.registry import open_account
from channels.wechat import SORT
from channels.wechat_account import WeChatAccount
from channels.wechat_settings import settings_of
from tests.peers.wechat_words import KEYS, Push

OPENID = "oyORnuP8q7ou2gfYjqLzSIWZf0rs"


def options_in(folder: Path, **more: str) -> dict[str, str]:
    """What an admin writes, secrets as files in ``folder``; an empty value leaves one out."""
    folder.mkdir(parents=True, exist_ok=True)
    secrets = {
        "token_file": KEYS.token,
        "aes_key_file": KEYS.aes_key,
        "secret_file": KEYS.secret,
    }
    for name, text in secrets.items():
        (folder / name).write_text(f"{text}\n")
    files = {name: str(folder / name) for name in secrets}
    return {k: v for k, v in {"appid": KEYS.appid, **files, **more}.items() if v}


def account(folder: Path, kind: str = "wechat", **more: str) -> WeChatAccount:
    """An account that is not entered."""
    made = open_account(kind, "main", options_in(folder, **more))
    assert isinstance(made, WeChatAccount)
    return made


def impatient(folder: Path, call_seconds: float, **more: str) -> WeChatAccount:
    """An official account that waits so long for an answer; not entered."""
    return WeChatAccount(SORT, settings_of(Options(options_in(folder, **more))), call_seconds)


def asked(push: Push, at: datetime | None = None, **query: str) -> WebhookRequest:
    """The request that a push makes; ``query`` changes parameters, an empty one is left out."""
    found: Mapping[str, str] = {k: v for k, v in {**push.query, **query}.items() if v}
    return WebhookRequest(
        method="POST",
        query=found,
        headers={"content-type": "text/xml"},
        body=push.body,
        address="192.0.2.1",
        received_at=at or datetime.now(UTC),
    )
