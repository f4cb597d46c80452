"""Signatures of the clouds' interfaces for short messages. PURE.

``acs3``: Alibaba Cloud's signature V3 (ACS3-HMAC-SHA256). ``tc3``: Tencent Cloud's signature v3
(TC3-HMAC-SHA256).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote


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
