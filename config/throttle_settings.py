"""How much is too much, and what follows from it. All frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleSettings:
    """Rates in the long run and bursts at once; a rate of 0: no such limit.

    Whoever is over one is stored, marked and served after the others, never refused; emergencies
    are not counted. ``reserve_percent`` of the bursts of an account, a trunk and of all is kept
    for whoever comes for the first time; the rest is for those who come again and again. Seats
    are kept free for those who come later (``core.kept_free``). The
    limits are counted together in the Redis of ``[line]``, when there is one.
    """

    identity_per_minute: int = 20  # messages of one citizen
    identity_burst: int = 20
    ip_per_minute: int = 120  # messages from one address, by the page
    ip_burst: int = 120
    hook_per_minute: int = 6_000  # messages from one address of a platform, by its hook
    hook_burst: int = 6_000
    account_per_minute: int = 6_000  # messages by one channel account
    account_burst: int = 3_000
    messages_per_minute: int = 12_000  # all messages
    messages_burst: int = 6_000
    number_per_hour: int = 30  # calls of one number by one trunk
    number_burst: int = 10
    trunk_per_minute: int = 600  # calls by one trunk
    trunk_burst: int = 200
    calls_per_minute: int = 1_200  # all calls
    calls_burst: int = 400
    reserve_percent: int = 50
    slow_seconds: int = 7_200  # a conversation over a limit is due so much later
    form_slow_seconds: int = 86_400  # a form
    kept_free_percent: int = 25  # seats of a queue that whoever is over a limit finds taken
    calls_at_once_percent: int = 5  # seats that talk to such callers at a time, with few free
    kept_seconds: int = 1_800  # a conversation over a limit waits for others no longer
    call_kept_seconds: int = 600  # a caller; then they are called back, or wait in the queue
    processes: int = 1  # gateways that count together; each counts at 1/n while Redis is away
    limit_ms: int = 50  # Redis answers within so long, or is left alone for 5 s
    told_id: str = "slow-1"  # names the text below: written down with each contact it was told to
    told_zh: str = (
        "您的消息较多，均已收到并保存，将在其他市民之后由话务员处理，无需重复发送。"
        "如遇紧急情况请拨打110、119、120。"
    )
    told_en: str = (
        "You have sent many messages. All of them have been received and kept; a person will see "
        "to them after other citizens, so there is no need to send them again. In an emergency "
        "call 110, 119 or 120."
    )
