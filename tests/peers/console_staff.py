"""Who works at the example's desk, and what they may choose from."""

import struct
import zlib

from tests.peers.console_example import ME, QUEUES, SEAT, Json, ago

RIGHTS = ["self", "take_calls", "see_own_contacts", "reveal_number", "flag_number"]
CANNED = (
    (
        "hello",
        "问候",
        "Greeting",
        "您好，这里是12345，请问有什么可以帮您？",
        "Hello, this is 12345.",
    ),
    ("wait", "请稍候", "One moment", "请稍候，正在为您核实。", "One moment, I am checking."),
    ("done", "已转办", "Passed on", "您反映的问题已转相关部门办理。", "It was passed on."),
)


def me() -> Json:
    """李静, an operator."""
    return {
        "id": ME,
        "login": "li",
        "name": "李静",
        "role": "operator",
        "locale": "zh-CN",
        "rights": RIGHTS,
        "must_change_password": False,
    }


def supervisor() -> Json:
    """李静 as a supervisor."""
    rights = [*RIGHTS, "see_all_contacts", "play_recording", "watch"]
    return me() | {"role": "supervisor", "rights": rights}


def options() -> Json:
    """What there is to choose from."""
    site = {
        "name_zh": "12345政务服务便民热线",
        "name_en": "12345 Hotline",
        "city_zh": "示范市",
        "city_en": "Demo",
    }
    codes = (
        ("consult", "咨询", "Question"),
        ("help", "求助", "Help"),
        ("complaint", "投诉", "Complaint"),
    )
    return {
        "site": site,
        "break_reasons": [{"code": "rest", "title_zh": "小休", "title_en": "Rest"}],
        "dispositions": [{"code": c, "title_zh": zh, "title_en": en} for c, zh, en in codes],
        "queues": [
            {"name": n, "title_zh": zh, "title_en": en, "key": "", "language": ""}
            for n, (zh, en) in QUEUES.items()
        ],
        "seats": [{"number": SEAT, "title": "1 号台", "taken_by": None}],
    }


def colleagues() -> list[Json]:
    """王磊 sits at 8002 and has one conversation."""
    one = {"operator_id": "op-wang", "name": "王磊", "seat": "8002", "state": "ready", "chats": 1}
    return [one | {"queues": ["civil"]}]


def seat(state: str = "ready") -> Json:
    """Seat 8001 with a desk phone."""
    return {
        "number": SEAT,
        "title": "1 号台",
        "state": state,
        "phone": "desk",
        "since": ago(95),
        "reason": "",
        "contact_id": "",
        "next_break": "",
        "wrap_up_until": None,
        "operator_id": ME,
    }


def canned() -> list[Json]:
    """Three canned texts."""
    keys = ("key", "title_zh", "title_en", "text_zh", "text_en")
    return [dict(zip(keys, one, strict=True)) for one in CANNED]


def picture() -> bytes:
    """A PNG of 320 x 200: a road with a hole in it."""
    rows = []
    for y in range(200):
        row = bytearray(b"\0")
        for x in range(320):
            hole = (x - 160) ** 2 + 3 * (y - 120) ** 2 < 4000
            row += b"\x22\x26\x2b" if hole else b"\x8a\x8f\x96" if y > 60 else b"\xb9\xd2\xea"
        rows.append(bytes(row))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 320, 200, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
