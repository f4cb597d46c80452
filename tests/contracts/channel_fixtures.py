"""The fixture folder of a channel, read: an account's options, and requests with what they become.

``tests/fixtures/channels/<kind>/account.json`` is {"options": {...}, "secrets": {"x_file": ...}};
``requests.json`` beside it is [{"name", "request": {...}, "becomes": {...}}].

``request``: method, query, headers, body (text) or body_base64, received_at. ``becomes``: either
``refused`` (the error's code) and ``status``, or ``answer`` (text), ``messages`` and ``receipts``
with every field that is not its default. No platform is there: ``base_url`` in the options is a
closed port of this machine.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from channels.channel import Channel
from channels.errors import HookRefused
from channels.message import WebhookRequest
from channels.registry import open_account

FOLDER = Path(__file__).parents[1] / "fixtures" / "channels"
Json = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """One request as it came over the wire, and what it becomes."""

    name: str
    request: WebhookRequest
    becomes: Json

    @property
    def good(self) -> bool:
        """Whether it is believed."""
        return "refused" not in self.becomes


def recorded(kind: str) -> list[Recorded]:
    """Every request of a channel's folder."""
    rows = json.loads((FOLDER / kind / "requests.json").read_text(encoding="utf-8"))
    return [Recorded(row["name"], _request(row["request"]), row["becomes"]) for row in rows]


def _request(row: Json) -> WebhookRequest:
    packed = row.get("body_base64")
    body = base64.b64decode(packed) if packed else row.get("body", "").encode()
    return WebhookRequest(
        method=row["method"],
        query=row.get("query", {}),
        headers=row.get("headers", {}),
        body=body,
        address="192.0.2.1",
        received_at=datetime.fromisoformat(row["received_at"]),
    )


def account_of(kind: str, folder: Path, **more: str) -> Channel:
    """The account of a channel's folder, its secrets as files in ``folder``; not entered."""
    told = json.loads((FOLDER / kind / "account.json").read_text(encoding="utf-8"))
    options = dict(told.get("options", {}))
    for name, text in told.get("secrets", {}).items():
        (folder / name).write_text(text)
        options[name] = str(folder / name)
    return open_account(kind, "main", options | more)


def secrets_of(kind: str) -> list[str]:
    """What must be in no word that it says."""
    told = json.loads((FOLDER / kind / "account.json").read_text(encoding="utf-8"))
    return list(told.get("secrets", {}).values())


def outcome(channel: Channel, request: WebhookRequest) -> Json:
    """What a request becomes, as the fixtures say it."""
    try:
        received = channel.receive(request)
    except HookRefused as refused:
        return {"refused": refused.code, "status": refused.answer.status}
    return {
        "answer": received.answer.body.decode(),
        "messages": [plain(one) for one in received.messages],
        "receipts": [plain(one) for one in received.receipts],
    }


def plain(value: Any) -> Any:
    """A frozen value as JSON, without what is its default."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if not _is_default(field, getattr(value, field.name))
        }
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _is_default(field: dataclasses.Field[Any], value: object) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(field.default == value)
    if field.default_factory is not dataclasses.MISSING:
        return bool(field.default_factory() == value)
    return False
