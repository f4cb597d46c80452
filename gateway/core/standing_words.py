"""What a citizen under a measure hears and reads: what is so, until when, what they can do. Pure.

The spoken words hold characters and digits only, so that any voice can read them.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from gateway.core.standing import ConductRules, Standing, StandingState

APPEAL_WORDS = ("申诉", "appeal")
"""A message that begins so is an appeal."""


def is_appeal(text: str) -> bool:
    """Whether a message of somebody under a measure is one against it."""
    return text.strip().casefold().startswith(APPEAL_WORDS)


def spoken(standing: Standing, rules: ConductRules, zone: tzinfo) -> str:
    """In Chinese, for a voice to read before anything else."""
    until = _until(standing, zone)
    law = f"依据{rules.law[0]}，" if rules.law[0] else ""
    if standing.state is StandingState.SUSPENDED:
        so = f"您好，通话录音转写。{law}您的号码暂停使用人工服务，{until}自动恢复。"
        then = "紧急情况请按紧急专线的按键，马上为您转接。"
    else:
        so = f"您好，通话录音转写。{law}您的号码限制使用热线，{until}自动恢复。"
        then = "听完后为您转接话务员。"
    return f"{so}留言请按星号键，申诉请按9。{then}"


def written(standing: Standing, rules: ConductRules, zone: tzinfo, *, chinese: bool) -> str:
    """The same as a message, in the language that they write."""
    suspended = standing.state is StandingState.SUSPENDED
    if chinese:
        law = f"依据{rules.law[0]}，" if rules.law[0] else ""
        so = "暂停使用人工服务" if suspended else "限制使用热线"
        then = (
            "您的消息已保存，暂不派给话务员。"
            if suspended
            else "您的消息已收到，话务员会按顺序回复。"
        )
        return (
            f"{law}您目前{so}，{_until(standing, zone)}自动恢复。{then}"
            "如不服，请回复“申诉”并写明理由，由未参与处置的人复核。紧急情况请直接拨打110、119、120。"
        )
    law = f"Under {rules.law[1] or rules.law[0]}, y" if any(rules.law) else "Y"
    so = "is suspended" if suspended else "is restricted"
    local = standing.until.astimezone(zone) if standing.until else None
    until = f" until {local:%Y-%m-%d %H:%M}" if local else ""
    then = (
        "Your message is kept, but not given to an operator now. "
        if suspended
        else "Your message was received; an operator will answer in turn. "
    )
    return (
        f"{law}our use of the hotline {so}{until}; it ends by itself. {then}"
        'To appeal, reply "appeal" and say why; somebody who did not decide will look at it. '
        "In an emergency call 110, 119 or 120."
    )


def _until(standing: Standing, zone: tzinfo) -> str:
    at = standing.until
    return _day(at.astimezone(zone)) if at else ""


def _day(at: datetime) -> str:
    minute = f"{at.minute}分" if at.minute else ""
    return f"{at.month}月{at.day}日{at.hour}点{minute}"
