"""What a city's data may be, and what does not fit together in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from config.allowed import (
    NAME,
    SAID,
    SOME_TEXT,
    TEXT,
    Rule,
    Says,
    between,
    like,
    one_of,
    optional,
    url_of,
    words,
)
from config.city_settings import KINDS, POLICIES, DirectoryLine, EmergencyLine
from config.conduct_settings import MEASURES
from config.settings import Settings

MOST_ENTRIES = 200
MOST_TRUNKS = 8
TARGET = like(r"[a-z0-9_-]{1,32}", "专线代码或通讯录编号", "the code or id of a line")
NUMBER = like(r"\+?[0-9]{2,20}", "2 至 20 位数字，可以 + 开头", "2 to 20 digits, perhaps with a +")
CODE = like(r"[0-9]{2,8}", "2 至 8 位数字", "2 to 8 digits")
EMERGENCY_KEY = like(
    r"[2-8#]",
    "允许 2 至 8、#（0 人工，1 回拨，9、* 另有用途）",
    "2 to 8 or #; the others are taken",
)
CLOCK = like(
    r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00", "例如 08:30，最晚 24:00", "such as 08:30, 24:00 at most"
)


def _trunks(values: Sequence[str]) -> Says | None:
    if len(values) <= MOST_TRUNKS and all(NAME(one) is None for one in values):
        return None
    return f"最多 {MOST_TRUNKS} 条中继的名称", f"names of at most {MOST_TRUNKS} trunks"


def _dids(values: Sequence[str]) -> Says | None:
    if len(values) <= MOST_ENTRIES and all(re.fullmatch(r"[0-9]{2,20}", one) for one in values):
        return None
    return "号码只写数字", "numbers of digits only"


def _days(values: Sequence[int]) -> Says | None:
    if values and len(set(values)) == len(values) and set(values) <= set(range(1, 8)):
        return None
    return "1（周一）至 7，不重复，至少一天", "1 (Monday) to 7, each once, at least one"


CITY_RULES: dict[str, dict[str, Rule]] = {
    "EmergencyRegion": {
        "id": NAME,
        "title_zh": TEXT,
        "title_en": SOME_TEXT,
        "number": optional(NUMBER),
        "trunks": _trunks,
        "dids": _dids,
    },
    "EmergencyLine": {
        "code": CODE,
        "title_zh": TEXT,
        "title_en": TEXT,
        "policy": one_of(*POLICIES),
        "guide_zh": optional(SAID),
        "guide_en": optional(SAID),
        "words": words,
        "key": optional(EMERGENCY_KEY),
        "ring_seconds": between(5, 120),
        "region": optional(NAME),
        "hook_url": url_of("https", "http"),
    },
    "DirectoryLine": {
        "id": NAME,
        "title_zh": TEXT,
        "title_en": TEXT,
        "kind": one_of(*KINDS),
        "number": NUMBER,
        "trunks": _trunks,
        "ring_seconds": between(5, 120),
        "days": _days,
        "opens": CLOCK,
        "closes": CLOCK,
        "on_call": optional(NAME),
    },
    "ConductSettings": {
        "most": one_of(*MEASURES),
        "law_zh": optional(TEXT),
        "law_en": optional(TEXT),
        "grace_hours": between(1, 720),
        "stop_minutes": between(1, 1440),
        "longest_days": between(1, 365),
        "forget_days": between(1, 3650),
    },
    "StaffComplaintSettings": {
        "days": between(1, 365),
        "key": optional(EMERGENCY_KEY),
        "queue": optional(NAME),
    },
    "SpecialTask": {
        "code": NAME,
        "title_zh": TEXT,
        "title_en": TEXT,
        "to_zh": TEXT,
        "to_en": TEXT,
        "words": words,
        "offers": optional(
            like(r"[a-z0-9_-]{1,32}", "专线代码或通讯录编号", "a line's code or id")
        ),
    },
}


def city_relations(settings: Settings) -> Iterator[tuple[str, Says]]:
    """What does not fit together: the key to look at, and why."""
    for name in ("emergency_line", "directory_line", "special_task"):
        if len(getattr(settings, name)) > MOST_ENTRIES:
            yield name, (f"最多 {MOST_ENTRIES} 项", f"at most {MOST_ENTRIES} entries")
    if settings.conduct.most != "remind" and not settings.conduct.law_zh:
        yield "conduct.law_zh", ("写明依据的条款", "name the article that allows it")
    yield from _keys(settings)
    ways = {trunk.name for trunk in settings.trunk if trunk.host}
    for index, line in enumerate(settings.emergency_line, 1):
        yield from _emergency(f"emergency_line[{index}]", line, ways)
    others = {line.id: line for line in settings.directory_line}
    for index, entry in enumerate(settings.directory_line, 1):
        at = f"directory_line[{index}]"
        if not entry.trunks:
            yield f"{at}.trunks", ("至少写一条中继", "at least one trunk is needed")
        yield from _ways(f"{at}.trunks", entry.trunks, ways)
        yield from _hours(at, entry)
        yield from _on_call(f"{at}.on_call", entry, others)
    targets = {line.code for line in settings.emergency_line} | set(others)
    for index, task in enumerate(settings.special_task, 1):
        if task.offers and task.offers not in targets:
            yield (
                f"special_task[{index}].offers",
                ("没有这个专线", "no emergency_line or directory_line of this name"),
            )


def _keys(settings: Settings) -> Iterator[tuple[str, Says]]:
    """A key of the greeting means one thing."""
    taken = {queue.key for queue in settings.queue if queue.key}
    for index, line in enumerate(settings.emergency_line, 1):
        if line.key in taken:
            yield (
                f"emergency_line[{index}].key",
                ("这个按键已被队列或别的专线占用", "a queue or another line has this key"),
            )
        if line.key:
            taken.add(line.key)
    if settings.staff_complaint.key in taken:
        yield (
            "staff_complaint.key",
            ("这个按键已被队列或专线占用", "a queue or a line has this key"),
        )


def _emergency(at: str, line: EmergencyLine, ways: set[str]) -> Iterator[tuple[str, Says]]:
    ids = [region.id for region in line.regions]
    if len(set(ids)) != len(ids):
        yield f"{at}.regions", ("区域 id 重复", "two regions have the same id")
    if line.region and line.region not in ids:
        yield f"{at}.region", ("没有这个区域", "there is no such region")
    if line.policy == "transfer" and not line.regions:
        yield f"{at}.regions", ("转接需要至少一个区域", "a transfer needs at least one region")
    if line.policy != "transfer":
        if not line.guide_zh:
            yield f"{at}.guide_zh", ("不转接时必须写", "is needed where there is no transfer")
        if line.key:
            yield f"{at}.key", ("只有转接的专线可以有按键", "only a line with transfer has a key")
    if bool(line.hook_url) != (line.hook_secret_file is not None):
        yield (
            f"{at}.hook_secret_file",
            ("与 hook_url 要么都写，要么都不写", "hook_url and hook_secret_file: both or none"),
        )
    for number, region in enumerate(line.regions, 1):
        where = f"{at}.regions[{number}].trunks"
        if line.policy == "transfer" and not region.trunks:
            yield where, ("至少写一条中继", "at least one trunk is needed")
        yield from _ways(where, region.trunks, ways)


def _ways(at: str, trunks: Sequence[str], ways: set[str]) -> Iterator[tuple[str, Says]]:
    for name in trunks:
        if name not in ways:
            yield (
                at,
                (
                    f"没有可呼出的中继 {name}（[[trunk]] 需写 host）",
                    f"no trunk {name} that calls go out by (a [[trunk]] with host)",
                ),
            )


def _hours(at: str, entry: DirectoryLine) -> Iterator[tuple[str, Says]]:
    if entry.opens in ("24:00", entry.closes):
        yield f"{at}.opens", ("与 closes 不能相同，也不能是 24:00", "not closes, and not 24:00")


def _on_call(
    at: str, entry: DirectoryLine, others: Mapping[str, DirectoryLine]
) -> Iterator[tuple[str, Says]]:
    seen = {entry.id}
    following = entry
    while following.on_call:
        if following.on_call not in others:
            if following is entry:
                yield at, ("没有这个通讯录条目", "there is no such directory_line")
            return
        if following.on_call in seen:
            yield at, ("值守专线绕成了一圈", "these on_call entries go round in a circle")
            return
        seen.add(following.on_call)
        following = others[following.on_call]
