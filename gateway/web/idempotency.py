"""Idempotency-Key: a request sent twice is done once (IETF draft of the httpapi group)."""

from __future__ import annotations

import re

from gateway.core.errors import Invalid, Problem
from gateway.web.operation import Ask

HEADER = "Idempotency-Key"
FORM = re.compile(r'"?([A-Za-z0-9_-]{8,64})"?')


def key_of(ask: Ask) -> str:
    """The request's key. Raises Invalid without a good one."""
    found = FORM.fullmatch(ask.request.headers.get(HEADER, ""))
    if found is None:
        zh = "请求头 Idempotency-Key 应为 8 至 64 个字母、数字、- 或 _。"
        en = "The header Idempotency-Key must hold 8 to 64 letters, digits, - or _."
        raise Invalid(Problem("", "idempotency-key", zh, en))
    return found[1]
