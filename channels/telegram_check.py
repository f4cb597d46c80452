"""Whether a bot would work: its secret, its token, where its updates go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from channels.errors import Forged
from channels.message import Finding, Received, WebhookRequest

HEADER = "x-telegram-bot-api-secret-token"


def signature(receive: Callable[[WebhookRequest], Received], secret: str) -> Finding:
    """What carries the secret is believed, what does not is not."""

    def believed(given: str) -> bool:
        asked = WebhookRequest(
            method="POST",
            query={},
            headers={HEADER: given},
            body=b'{"update_id":1}',
            address="127.0.0.1",
            received_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        try:
            return bool(receive(asked).messages)
        except Forged:
            return False

    good = believed(secret) and not believed(secret + "x") and not believed("")
    zh, en = ("通过", "passed") if good else ("未通过", "failed")
    fix = ("", "") if good else ("更换 secret_file 的内容", "replace what is in secret_file")
    return _finding("signature", f"校验自检{zh}", f"self-test {en}", fix, good=good)


async def reached(api: Any, error: ModuleType, base_url: str) -> tuple[Finding, ...]:
    """The bot as Telegram knows it, and its hook."""
    try:
        me = await api.get_me()
        hook = await api.get_webhook_info()
    except error.InvalidToken:
        fix = "在 BotFather 核对后写入 token_file", "look it up at BotFather, put it in token_file"
        return (_finding("api", "token 无效", "the token is not valid", fix),)
    except error.TelegramError as fault:
        said = type(fault).__name__
        fix = "检查出口线路，或设置 proxy、base_url", "check the way out, or set proxy or base_url"
        zh, en = f"无法访问 {base_url}：{said}", f"{base_url} cannot be reached: {said}"
        return (_finding("api", zh, en, fix),)
    found = _finding("api", f"机器人 @{me.username}", f"@{me.username}", good=True)
    if not hook.url:
        fix = "执行 ./hotline channel connect 账号", "run ./hotline channel connect ACCOUNT"
        return found, _finding("hook", "没有登记回调地址", "no hook is registered", fix)
    waiting = hook.pending_update_count
    zh, en = f"回调已登记，{waiting} 条待送", f"the hook is registered, {waiting} updates wait"
    return found, _finding("hook", zh, en, good=True)


def _finding(
    name: str, zh: str, en: str, fix: tuple[str, str] = ("", ""), *, good: bool = False
) -> Finding:
    return Finding(name=name, good=good, zh=zh, en=en, fix_zh=fix[0], fix_en=fix[1])
