"""Whether a short message may be written to who called, and by whom. PURE.

Mobile numbers of the mainland are 11 digits from 13 to 19 (工信部 电信网码号资源分类管理办法).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.core.call import Call, CallState
from gateway.core.citizen import normalise_number
from gateway.core.errors import Problem

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{8,10}|[2-8][0-9]{6,7}|[48]00[0-9]{7}")

NO_ACCOUNT = Problem(
    "",
    "no-sms-account",
    "没有可发送短信的渠道账号，请联系管理员配置短信渠道。",
    "No account for short messages is set up; ask the administrator to add one.",
)
BY_MESSAGES = Problem(
    "",
    "by-messages",
    "该市民是通过消息联系的，请在会话中回复。",
    "This citizen wrote by messages: answer in the conversation.",
)
_WITHHELD = Problem(
    "",
    "number-withheld",
    "来电没有显示号码，无法发送短信。",
    "The caller's number is withheld: no short message can be sent.",
)
_FIXED = Problem(
    "",
    "number-is-landline",
    "这是固定电话号码，不能接收短信，可以回拨。",
    "This is a landline, which takes no short messages; it can be called.",
)
_NO_MOBILE = Problem(
    "",
    "number-not-mobile",
    "该号码不是境内手机号码，无法发送短信。",
    "This is no mobile number of the mainland: no short message can be sent.",
)
NOT_YOURS = Problem(
    "",
    "not-yours",
    "只有接听本次来电的话务员可以发送短信。",
    "Only the operator who took this call may write.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRules:
    """``after_seconds``: how long after a call its operator may still write.

    ``per_contact`` is for one call, ``per_hour`` for one operator.
    """

    after_seconds: int = 7_200
    per_contact: int = 5
    per_hour: int = 30


def number_problem(number: str) -> Problem | None:
    """Why no short message reaches this number; None: it is a mobile's."""
    bare = normalise_number(number)
    if not bare:
        return _WITHHELD
    if _MOBILE.fullmatch(bare):
        return None
    return _FIXED if _LANDLINE.fullmatch(bare) else _NO_MOBILE


def writer_problem(call: Call, operator_id: str, now: datetime, rules: TextRules) -> Problem | None:
    """Why this operator may not write: it was never theirs, or it is too long ago."""
    if call.operator_id != operator_id or call.answered_at is None:
        return NOT_YOURS
    if call.state is not CallState.ENDED or call.ended_at is None:
        return None
    if now <= call.ended_at + timedelta(seconds=rules.after_seconds):
        return None
    minutes = rules.after_seconds // 60
    return Problem(
        "",
        "too-long-ago",
        f"通话结束已超过 {minutes} 分钟，不能再发送短信。",
        f"The call ended more than {minutes} minutes ago: no short message may be sent any more.",
    )


def count_problem(sent: int, rules: TextRules) -> Problem | None:
    """Why no further one may be sent in this contact."""
    if sent < rules.per_contact:
        return None
    most = rules.per_contact
    return Problem(
        "",
        "too-many-in-contact",
        f"本次来电已发送 {most} 条短信，达到上限。",
        f"{most} short messages were sent in this contact, which is the most.",
    )


def text_problem(text: str, most: int) -> Problem | None:
    """Why this text cannot be sent."""
    if not text.strip():
        return Problem("/text", "empty", "请填写内容。", "Write something.")
    if len(text) > most:
        return Problem("/text", "too-long", f"最多 {most} 字。", f"At most {most} characters.")
    return None
