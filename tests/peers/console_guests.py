"""The example's directory, and a call with others in it, as the console is shown them."""

from typing import Any

from tests.peers.console_example import QUEUES, ago

Json = dict[str, Any]


def guest(id_: str, role: str, title: str, **more: Any) -> Json:
    """Somebody who is in the talk with everybody since half a minute."""
    return {
        "id": id_,
        "role": role,
        "title": title,
        "mode": "join",
        "state": "in",
        "end": "",
        "muted": False,
        "answered_at": ago(30),
    } | more


def reach(role: str, title: str, state: str, **more: Any) -> Json:
    """A wish to bring somebody in, whose first try is being dialled."""
    return {
        "id": "r-1",
        "role": role,
        "target": "x",
        "title": title,
        "state": state,
        "mode": "join",
        "leaves": False,
        "undo_until": None,
        "verified_at": None,
        "tries": [{"title": title}, {"title": f"{title} 2"}],
        "at": 1,
        "last_end": "",
    } | more


def directory() -> Json:
    """Two departments, three specialists, three emergency lines, two lines, two seats."""
    return {
        "departments": [
            _titled("social", "社保局", "Social Security", available=1),
            _titled("housing", "住房和城乡建设局", "Housing", available=0),
        ],
        "experts": [
            _expert("chen", "陈立", "social", "医保", "异地报销"),
            _expert("zhao", "赵敏", "social", "养老金", reason="on_call"),
            _expert("qian", "钱进", "housing", "物业", reason="off_duty"),
        ],
        "emergency": [
            _emergency("110", "公安报警", "Police", regions=[_titled("east", "东区", "East")]),
            _emergency("119", "消防救援", "Fire", healthy=False),
            _emergency(
                "120",
                "医疗急救",
                "Ambulance",
                policy="guide",
                guide_zh="请您直接拨打 120，先不要挂断。",
                guide_en="Please dial 120 yourself; do not hang up.",
            ),
        ],
        "lines": [
            _titled("water", "自来水公司", "Water", kind="utility", healthy=True, open=True),
            _titled("12329", "住房公积金", "Housing fund", kind="line", healthy=True, open=False),
        ],
        "queues": [
            {"name": name, "title_zh": zh, "title_en": en, "waiting": 2}
            for name, (zh, en) in QUEUES.items()
        ],
        "seats": [
            {"number": "8001", "operator_name": "李静", "state": "talking"},
            {"number": "8002", "operator_name": "王磊", "state": "ready"},
            {"number": "8003", "operator_name": "孙悦", "state": "not_ready"},
        ],
    }


def _titled(id_: str, zh: str, en: str, **more: Any) -> Json:
    return {"id": id_, "title_zh": zh, "title_en": en} | more


def _expert(id_: str, title: str, department: str, *skills: str, reason: str = "") -> Json:
    return {
        "id": id_,
        "title": title,
        "department_id": department,
        "skills": list(skills),
        "available": not reason,
        "reason": reason,
    }


def _emergency(code: str, zh: str, en: str, **more: Any) -> Json:
    return {
        "code": code,
        "title_zh": zh,
        "title_en": en,
        "policy": "transfer",
        "guide_zh": "",
        "guide_en": "",
        "regions": [],
        "healthy": True,
    } | more
