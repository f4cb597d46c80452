"""What WeChat pushes, as XML and as JSON, sealed by wechatpy: an encoder that is not ours."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from xml.sax.saxutils import escape

from wechatpy.crypto import WeChatCrypto

_IDS = count(24_000_000_000_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatKeys:
    """What the platform and the account have agreed on."""

    appid: str = "wx2c2769f8efd9abc2"
    original_id: str = "gh_7f083739789a"
    token: str = "spamtest"
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    secret: str = "a-secret-of-the-account-0123456789"


KEYS = WeChatKeys()


@dataclass(frozen=True, slots=True)
class Push:
    """One request as the platform makes it."""

    query: Mapping[str, str]
    body: bytes = field(repr=False)


def said(kind: str, openid: str, keys: WeChatKeys = KEYS, **more: Any) -> dict[str, Any]:
    """A message or an event in WeChat's own names; what is None is left out."""
    fields: dict[str, Any] = {
        "ToUserName": keys.original_id,
        "FromUserName": openid,
        "CreateTime": int(datetime.now(UTC).timestamp()),
        "MsgType": kind,
    }
    if kind != "event":
        fields["MsgId"] = next(_IDS)
    fields.update(more)
    return {name: value for name, value in fields.items() if value is not None}


def as_xml(fields: Mapping[str, Any]) -> str:
    """Numbers as they are, texts as CDATA, mappings and lists nested."""
    return f"<xml>{_inner(fields)}</xml>"


def _inner(fields: Mapping[str, Any]) -> str:
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                text = _inner(one)
            elif isinstance(one, str) and "]]>" not in one:
                text = f"<![CDATA[{one}]]>"
            else:
                text = escape(str(one))
            parts.append(f"<{name}>{text}</{name}>")
    return "".join(parts)


def query_of(
    keys: WeChatKeys, at: datetime | None = None, nonce: str | None = None, **more: str
) -> dict[str, str]:
    """timestamp, nonce and the signature that covers only them."""
    timestamp = str(int((at or datetime.now(UTC)).timestamp()))
    nonce = nonce or str(secrets.randbelow(10**10))
    return {
        "signature": _sha1(keys.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        **more,
    }


def sealed(
    fields: Mapping[str, Any] | str,
    keys: WeChatKeys = KEYS,
    *,
    at: datetime | None = None,
    nonce: str | None = None,
    as_json: bool = False,
    compat: bool = False,
) -> Push:
    """A push in safe mode; ``compat`` has the message in clear beside it, as that mode does."""
    query = query_of(keys, at, nonce)
    if isinstance(fields, str):
        plain = fields
    else:
        plain = json.dumps(fields, ensure_ascii=False) if as_json else as_xml(fields)
    crypto = WeChatCrypto(keys.token, keys.aes_key, keys.appid)
    envelope = crypto.encrypt_message(plain, query["nonce"], query["timestamp"])
    encrypt = envelope.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    signed = _sha1(keys.token, query["timestamp"], query["nonce"], encrypt)
    outer: dict[str, Any] = {"ToUserName": keys.original_id, "Encrypt": encrypt}
    if compat and not isinstance(fields, str):
        outer = {**fields, **outer}
    body = json.dumps(outer) if as_json else as_xml(outer)
    more = {"openid": "o", "encrypt_type": "aes", "msg_signature": signed}
    return Push({**query, **more}, body.encode())


def in_clear(fields: Mapping[str, Any], keys: WeChatKeys = KEYS, **how: Any) -> Push:
    """A push in plain mode."""
    return Push(query_of(keys, **how), as_xml(fields).encode())


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()
