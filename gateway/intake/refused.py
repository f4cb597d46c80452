"""Why somebody is not called back now, and what to do about it, in words."""

from __future__ import annotations

from datetime import tzinfo

from gateway.core.dialling import Refusal, Verdict
from gateway.core.errors import Invalid, Problem

POINTER = "/callback"


def not_now(verdict: Verdict, zone: tzinfo) -> Invalid:
    """It is night, they asked not to be called, or it is over; says when it will be allowed."""
    at = verdict.at.astimezone(zone).strftime("%m-%d %H:%M") if verdict.at else ""
    match verdict.refusal:
        case Refusal.QUIET:
            zh, en = f"现在是免打扰时段，{at} 之后可以回拨。", f"Quiet hours: call after {at}."
        case Refusal.NO_CALLS:
            zh, en = (
                "市民要求不要去电，请改用其他方式。",
                "They want no calls: write to them.",
            )
        case _:
            zh, en = "这一项已经处理完。", "This is done already."
    code = verdict.refusal.value.replace("_", "-") if verdict.refusal else ""
    return Invalid(Problem(POINTER, code, zh, en))


def no_way_out() -> Invalid:
    """There is no trunk or no number of ours to call with."""
    zh = "没有可用于外呼的线路或主叫号码：请管理员在 [callback] 中设置 trunk 和 shown。"
    en = "No trunk or no number of ours to call with: set trunk and shown in [callback]."
    return Invalid(Problem(POINTER, "no-way-out", zh, en))


def no_turn(place: int) -> Invalid:
    """Somebody who keeps a place is called when it is their turn."""
    zh = f"市民保留了排队位置（第 {place} 位），轮到时系统会派给空闲坐席。"
    en = f"They keep a place in the queue ({place}); a free seat is asked when it is their turn."
    return Invalid(Problem(POINTER, "not-their-turn", zh, en))
