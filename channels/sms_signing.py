"""Signatures of the HTTP interfaces for short messages. PURE.

``signed`` and ``genuine``: Standard Webhooks (what is signed is ``id.timestamp.body``; a secret is
``whsec_`` and the base64 of 24 to 64 bytes). ``acs3``: Alibaba Cloud's signature V3
(ACS3-HMAC-SHA256). ``tc3``: Tencent Cloud's signature v3 (TC3-HMAC-SHA256).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

PREFIX = "whsec_"
LEAST_KEY, MOST_KEY = 24, 64
WINDOW_SECONDS = 300
MOST_SIGNATURES = 8
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_ID = re.compile(r"[!-~]{1,128}")
_SECONDS = re.compile(r"[0-9]{1,12}")


def key_of(secret: str) -> bytes | None:
    """The key in a secret's text; None when it is none."""
    if not secret.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if LEAST_KEY <= len(key) <= MOST_KEY else None


def signed(key: bytes, id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a post."""
    seconds = str(int(at.timestamp()))
    return {ID: id_, TIMESTAMP: seconds, SIGNATURE: f"v1,{_code(key, id_, seconds, body)}"}


def genuine(key: bytes, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether whoever knows the secret signed this, at whatever time. Header names: lower case."""
    id_, seconds = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not _ID.fullmatch(id_) or not _SECONDS.fullmatch(seconds):
        return False
    right = _code(key, id_, seconds, body).encode()
    offered = headers.get(SIGNATURE, "").split(" ")[:MOST_SIGNATURES]
    codes = [
        one.partition(",")[2].encode("utf-8", "replace") for one in offered if one[:3] == "v1,"
    ]
    return any([hmac.compare_digest(right, code) for code in codes])  # noqa: C419 - all are looked at


def is_of_now(headers: Mapping[str, str], now: datetime) -> bool:
    """Whether a genuine post is near enough to be no replay."""
    return abs(now.timestamp() - int(headers[TIMESTAMP])) <= WINDOW_SECONDS


def _code(key: bytes, id_: str, seconds: str, body: bytes) -> str:
    said = id_.encode() + b"." + seconds.encode() + b"." + body
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def acs3(
    key_id: str, secret: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[str, str]:
    """The query as it is sent, and Authorization, of a POST with an empty body.

    ``headers`` are host and every x-acs- header, names in lower case.
    """
    asked = "&".join(f"{_percent(name)}={_percent(query[name])}" for name in sorted(query))
    names = ";".join(sorted(headers))
    listed = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = f"POST\n/\n{asked}\n{listed}\n{names}\n{sha256(b'')}"
    said = f"ACS3-HMAC-SHA256\n{sha256(request.encode())}"
    code = hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()
    return asked, f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={code}"


def tc3(key_id: str, secret: str, body: bytes, *, service: str, host: str, at: datetime) -> str:
    """Authorization of a POST of JSON to a ``service`` at ``host``; ``at`` in UTC."""
    day = at.strftime("%Y-%m-%d")
    listed = f"content-type:application/json; charset=utf-8\nhost:{host}\n"
    request = f"POST\n/\n\n{listed}\ncontent-type;host\n{sha256(body)}"
    scope = f"{day}/{service}/tc3_request"
    said = f"TC3-HMAC-SHA256\n{int(at.timestamp())}\n{scope}\n{sha256(request.encode())}"
    key = f"TC3{secret}".encode()
    for word in (day, service, "tc3_request"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    code = hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
    return (
        f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders=content-type;host, "
        f"Signature={code}"
    )


def sha256(octets: bytes) -> str:
    """In hexadecimal digits."""
    return hashlib.sha256(octets).hexdigest()


def _percent(word: str) -> str:
    return quote(word, safe="-_.~")
