"""A question that needs a token, with one retry when the token is not taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.errors import SendFailed, TryLater, Unreachable
from channels.wechat_http import NoAnswer
from channels.wechat_refusals import STALE_TOKEN, code_of
from channels.wechat_token import Token

Ask = Callable[[Mapping[str, str]], Awaitable[dict[str, Any]]]
"""Given the query with the token: the answer. Raises NoAnswer."""


async def called(token: Token, ask: Ask, refusal: Callable[[int], SendFailed]) -> dict[str, Any]:
    """The answer. Raises SendFailed and those below it; ``refusal`` says what a code means."""
    held = await token.get()
    try:
        answer = await ask({"access_token": held})
        if code_of(answer) in STALE_TOKEN:
            held = await token.get(refused=held)
            answer = await ask({"access_token": held})
    except NoAnswer as failed:
        raise (Unreachable if failed.asked else TryLater)(failed.reason) from None
    code = code_of(answer)
    if code != 0:
        raise refusal(code)
    return answer
