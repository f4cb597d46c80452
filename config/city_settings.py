"""What differs from city to city: emergency lines, the directory, special tasks. All frozen.

A city's data may stand in a file of its own (``site.city_profile``), see ``config.city``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

POLICIES = ("transfer", "guide", "not_accepted")
KINDS = ("water", "power", "gas", "heat", "telecom", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyCheck:
    """The daily look at every line's trunks, and at what was handed over."""

    check_hour: int = 6  # local hour


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRegion:
    """One place that takes an emergency line's calls: a city's or a district's own centre."""

    id: str
    title_zh: str
    title_en: str = ""
    number: str = ""  # as the trunks want it; empty: the line's code
    trunks: tuple[str, ...] = ()  # tried in this order
    dids: tuple[str, ...] = ()  # numbers of ours whose callers belong here


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLine:
    """紧急专线: 110, 119, 120, 122 or another; what the hotline does with such a call."""

    code: str
    title_zh: str
    title_en: str
    policy: str = "guide"  # transfer; guide: say how to call it; not_accepted: say who takes it
    guide_zh: str = ""  # what the operator tells the citizen where there is no transfer
    guide_en: str = ""
    words: tuple[str, ...] = ()  # said by a citizen: an alarm that offers this line with one click
    key: str = ""  # key during the greeting; empty: none
    ring_seconds: int = 20  # on each trunk
    region: str = ""  # the region taken when nothing else says which; empty: the first
    regions: tuple[EmergencyRegion, ...] = ()
    hook_url: str = ""  # their system, which takes our data packet; empty: none
    hook_secret_file: Path | None = None  # signs both ways (Standard Webhooks)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryLine:
    """通讯录专线: a utility or an office that citizens are put through to."""

    id: str
    title_zh: str
    title_en: str
    kind: str = "other"
    number: str
    trunks: tuple[str, ...]  # tried in this order
    ring_seconds: int = 20
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)  # 1: Monday
    opens: str = "00:00"
    closes: str = "24:00"  # not after ``opens``: on the next day
    on_call: str = ""  # the entry that takes its calls when it is closed or nobody answers


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialTask:
    """专项任务: words that make a contact somebody's special task, and who is alerted."""

    code: str
    title_zh: str
    title_en: str
    to_zh: str  # whose task: 应急管理局
    to_en: str
    words: tuple[str, ...] = ()
    offers: str = ""  # emergency line or directory entry that the console offers with one click


def _guided(code: str, title_zh: str, title_en: str, *words: str) -> EmergencyLine:
    return EmergencyLine(
        code=code,
        title_zh=title_zh,
        title_en=title_en,
        guide_zh=f"请立即拨打{code}。",
        guide_en=f"Please call {code} now.",
        words=words,
    )


EMERGENCY_LINES = (
    _guided("110", "公安报警", "Police", "抢劫", "杀人", "持刀", "自杀", "轻生", "跳楼", "救命"),
    _guided(
        "119",
        "消防救援",
        "Fire and rescue",
        "着火",
        "起火",
        "火灾",
        "爆炸",
        "燃气泄漏",
        "煤气泄漏",
        "被困",
        "塌方",
    ),
    _guided("120", "医疗急救", "Ambulance", "煤气中毒", "触电", "溺水", "落水", "昏迷"),
    _guided("122", "交通事故报警", "Traffic police", "车祸", "交通事故"),
)
"""Nothing is known of a city's trunks: the operator tells whom to call."""

SPECIAL_TASKS = (
    SpecialTask(
        code="disaster",
        title_zh="自然灾害与事故灾难",
        title_en="Disaster",
        to_zh="应急管理局",
        to_en="Emergency management bureau",
        words=("爆炸", "塌方", "山体滑坡", "泥石流", "洪水", "地震", "燃气泄漏", "煤气泄漏"),
    ),
    SpecialTask(
        code="public_health",
        title_zh="公共卫生事件",
        title_en="Public health",
        to_zh="卫生健康委员会",
        to_en="Health commission",
        words=("食物中毒", "集体中毒", "传染病", "疫情"),
    ),
    SpecialTask(
        code="public_security",
        title_zh="社会安全事件",
        title_en="Public security",
        to_zh="公安局",
        to_en="Police",
        words=("抢劫", "杀人", "持刀", "绑架", "聚众斗殴"),
        offers="110",
    ),
    SpecialTask(
        code="daily_emergency",
        title_zh="日常应急事项",
        title_en="Daily emergency",
        to_zh="应急指挥中心",
        to_en="Command centre",
        words=("路面塌陷", "井盖丢失", "水管爆裂"),
    ),
)
"""S1 article 15 (2)."""
