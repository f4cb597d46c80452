"""A hotline's plan and a busy morning on its wallboard, to look at."""

from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.core.hours import Opening
from gateway.core.number import Number
from gateway.core.operator import Role
from gateway.core.plan import Person, Place, Plan
from gateway.core.queue import Queue
from tests.peers.console_example import ago

Json = dict[str, Any]
PLAIN_QUEUES = (
    Queue(name="civil", title_zh="综合服务", title_en="General"),
    Queue(
        name="enterprise",
        title_zh="企业服务",
        title_en="Enterprise",
        key="2",
        hours=(Opening(days=(1, 2, 3, 4, 5), opens="09:00", closes="17:30"),),
        closed_queue="civil",
    ),
)
NAMES = ("李静", "王磊", "张敏", "刘洋", "陈晨", "杨帆", "赵颖", "黄蓉", "周杰", "吴桐")


def plain_plan(people: int = 12) -> Plan:
    """Two queues, one of them with hours; ``people`` operators and one admin."""
    operators = [
        Person(
            login=f"{1001 + at}",
            name=f"{NAMES[at % 10]}{at // 10 or ''}",
            skills={"civil": at % 3} if at % 2 else {"civil": 0, "enterprise": at % 4},
        )
        for at in range(people)
    ]
    admin = Person(login="guan", name="管理员小关", role=Role.ADMIN)
    return Plan(
        queues=PLAIN_QUEUES,
        numbers=(
            Number(did="12345", title_zh="政务服务便民热线", title_en="Hotline", queue="civil"),
            Number(
                did="96123",
                title_zh="企业服务专线",
                title_en="Enterprise line",
                queue="enterprise",
                greeting="greeting_enterprise",
            ),
        ),
        seats=tuple(Place(number=str(8001 + at), title=f"{at + 1} 号台") for at in range(20)),
        operators=(*operators, admin),
    )


def now() -> str:
    """This machine's time as the API writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain_messages() -> Json:
    """Conversations of the same morning: one of them waits too long."""
    rows = (
        ("app", 1, 22, 0, 40, 38, 1),
        ("telegram", 0, 0, 0, 6, 6, 0),
        ("web", 3, 95, 0, 122, 117, 4),
        ("wechat", 4, 204, 1, 310, 251, 12),
        ("form", 9, 41_000, 0, 0, 0, 0),
    )
    channels = [
        {
            "channel": channel,
            "waiting": waiting,
            "longest_wait_since": ago(longest) if waiting else None,
            "overdue": overdue,
            "answered": answered,
            "unanswered": unanswered,
            "answered_in_180s": in_time,
            "answered_in_180s_rate": in_time / (answered + unanswered) if answered else None,
        }
        for channel, waiting, longest, overdue, answered, in_time, unanswered in rows
    ]
    return {
        "waiting": 8,
        "longest_wait_since": ago(204),
        "overdue": 1,
        "answered": 478,
        "unanswered": 17,
        "answered_in_180s": 412,
        "answered_in_180s_rate": 412 / 495,
        "channels": channels,
    }


def plain_board(waited_seconds: float = 47.0) -> Json:
    """A busy morning; ``at`` is put in when it is asked."""
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=23)
    since = datetime.now(UTC) - timedelta(seconds=waited_seconds)
    per_hour = [
        4,
        3,
        2,
        2,
        3,
        6,
        14,
        38,
        72,
        88,
        91,
        70,
        44,
        61,
        83,
        79,
        66,
        49,
        31,
        24,
        19,
        14,
        9,
        6,
    ]
    hours = [
        {
            "from": (begin + timedelta(hours=at)).isoformat().replace("+00:00", "Z"),
            "arrived": count,
            "answered": round(count * 0.93),
            "abandoned": count - round(count * 0.93),
            "answered_in_15s": round(count * 0.82),
        }
        for at, count in enumerate(per_hour)
    ]
    arrived = sum(per_hour)
    longest = since.isoformat().replace("+00:00", "Z")
    queue = {"waiting": 3, "longest_wait_since": longest, "ready": 4, "talking": 9}
    return {
        "at": now(),
        "link": "up",
        "waiting": 5,
        "longest_wait_since": longest,
        "seats": {
            "ready": 4,
            "offered": 2,
            "talking": 11,
            "wrapping_up": 3,
            "not_ready": 5,
            "signed_out": 12,
        },
        "last_24h": {
            "arrived": arrived,
            "answered": 818,
            "abandoned": 52,
            "lost": 1,
            "open": 7,
            "answered_in_15s": 731,
            "answered_in_15s_rate": 0.8326,
            "connect_rate": 0.9317,
            "average_wait_seconds": 11.4,
            "failed_open": 0,
            "overflowed": 2,
        },
        "queues": [
            {
                "name": "civil",
                "title_zh": "综合服务",
                "title_en": "General",
                **queue,
                "answered_in_15s_rate": 0.86,
                "connect_rate": 0.962,
            },
            {
                "name": "enterprise",
                "title_zh": "企业服务",
                "title_en": "Enterprise",
                **queue,
                "waiting": 2,
                "ready": 0,
                "answered_in_15s_rate": 0.71,
                "connect_rate": 0.887,
            },
        ],
        "hours": hours,
        "messages": plain_messages(),
        "alarms": [
            {
                "code": "connect_rate_low",
                "zh": "24 小时接通率 93.1%，低于 95%（GB/T 33358）",
                "en": "connected in 24 h: 93.1%, below 95 % (GB/T 33358)",
            }
        ],
    }
