"""The signed token in a form's page: who sends it back has had the page from us. PURE.

It holds a random number, by which the same form sent twice is one, and its own age. Without
JavaScript and without cookies it is, beside the origin of the request, the guard against forms that
another site sends in somebody's name.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

FORM_SECONDS = 24 * 3600
"""Long enough for anybody: a form may be left open over night (WCAG 2.2, 2.2.1)."""
TOKEN = re.compile(r"([A-Za-z0-9_-]{22})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormToken:
    """``nonce`` names this filling-in; ``fresh`` is whether it may still be handed in."""

    nonce: str = field(repr=False)
    fresh: bool


class FormTokens:
    """Makes and reads them; ``key`` derives the key of a purpose."""

    def __init__(self, key: Callable[[str], bytes], seconds: int = FORM_SECONDS) -> None:
        self._key = key
        self._seconds = seconds

    def make(self, random: bytes, now: datetime) -> str:
        """A new one from 16 random bytes."""
        nonce = base64.urlsafe_b64encode(random).decode().rstrip("=")
        said = f"{nonce}.{int(now.timestamp())}"
        return f"{said}.{self._mac(said)}"

    def read(self, token: str, now: datetime) -> FormToken | None:
        """What it says; None when it is not ours."""
        found = TOKEN.fullmatch(token) if len(token) <= 128 else None
        if found is None:
            return None
        said = token.rpartition(".")[0]
        if not hmac.compare_digest(self._mac(said), found[3]):
            return None
        age = now.timestamp() - int(found[2])
        return FormToken(nonce=found[1], fresh=-60 <= age <= self._seconds)

    def code_bytes(self, nonce: str) -> bytes:
        """What the query code of this form is made from: the same form has the same code."""
        return hmac.digest(self._key("query code"), nonce.encode(), "sha256")

    def _mac(self, said: str) -> str:
        mac = hmac.digest(self._key("form"), said.encode(), "sha256")
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")
