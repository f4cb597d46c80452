"""What WeChat's error codes mean for a message of ours. PURE.

Source: developers.weixin.qq.com, 全局返回码, 客服消息, 订阅通知. A code that is not here says that
this message will never go: it is malformed, or the account may not send it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from channels.errors import RecipientGone, SendFailed, TryLater, WindowClosed

STALE_TOKEN = frozenset({40001, 40014, 42001})
_CLOSED = frozenset(
    {
        45015,  # 48 hours are over
        45047,  # as many messages as one may
        43101,  # the citizen does not want notices
        43107,  # the notice's one agreement is spent
    }
)
_GONE = frozenset(
    {
        43004,  # does not follow the account
        40003,  # no openid of this account
        46004,  # no such person
        43019,  # on the account's black list
        48002,  # receives nothing from accounts
    }
)
_LATER: Mapping[int, float] = {
    -1: 2.0,  # busy
    45009: 600.0,  # the day's quota of calls
    45011: 60.0,  # too often within a minute
    50005: 60.0,  # busy with this person
    **dict.fromkeys(STALE_TOKEN, 30.0),
}
"""Seconds after which another try makes sense."""


def code_of(answer: Mapping[str, Any]) -> int:
    """0 when all is well; what is no number is -1: busy."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else -1


def later(code: int) -> bool:
    """Whether the same may go well another time."""
    return code in _LATER


def refusal(code: int) -> SendFailed:
    """The error for a code that is not 0; only the code is told, never their text."""
    told = str(code)
    if code in _LATER:
        return TryLater(told, _LATER[code])
    kinds: tuple[tuple[frozenset[int], Callable[[str], SendFailed]], ...] = (
        (_CLOSED, WindowClosed),
        (_GONE, RecipientGone),
    )
    return next((kind(told) for codes, kind in kinds if code in codes), SendFailed(told))
