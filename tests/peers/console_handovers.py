"""Hand-overs to emergency lines, as who watches is shown them."""

from typing import Any

from tests.peers.console_example import ago

Json = dict[str, Any]


def handover(id_: str, line: str, seconds_ago: float, **more: Any) -> Json:
    """One that was answered and understood, and of which their system has all."""
    return {
        "id": id_,
        "contact_id": f"c-{id_}",
        "line": line,
        "title": "",
        "at": ago(seconds_ago),
        "answered": True,
        "verified": True,
        "taken": True,
        "taken_at": ago(seconds_ago - 1),
        "tries": 0,
        "fault": "",
        "their_id": "JQ-202611280001",
        "order": "received",
        "order_at": ago(seconds_ago - 2),
    } | more


def emergencies() -> Json:
    """Three open, one of them returned and one that never arrived; a day that differs by one."""
    return {
        "items": [
            handover("h-1", "110", 95),
            handover("h-2", "120", 40, taken=False, tries=4, fault="unreachable", order="")
            | {"their_id": "", "verified": False},
            handover("h-3", "119", 20, order="returned"),
        ],
        "days": [
            _day("2026-11-28", "110", 3, 3, 0),
            _day("2026-11-28", "120", 2, 1, 1),
            _day("2026-11-27", "110", None, None, None),
        ],
        "lines": [
            _line("110", "公安报警", "Police", a=True, b=False),
            _line("119", "消防救援", "Fire", c=True),
            _line("120", "医疗急救", "Ambulance", d=False),
        ],
    }


def _day(day: str, line: str, ours: int | None, theirs: int | None, difference: int | None) -> Json:
    return {"day": day, "line": line, "ours": ours, "theirs": theirs, "difference": difference}


def _line(line: str, zh: str, en: str, **trunks: bool) -> Json:
    titles = {"title_zh": f"{line} {zh}", "title_en": f"{line} {en}"}
    return {"line": line, **titles, "healthy": any(trunks.values()), "trunks": trunks}
