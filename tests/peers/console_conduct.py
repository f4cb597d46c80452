"""Due process, as a supervisor's page is shown it."""

from typing import Any

from tests.peers.console_example import ago

Json = dict[str, Any]
RULES: Json = {
    "most": "suspend",
    "law_zh": "本市热线管理办法第二十九条",
    "law_en": "City rules, article 29",
    "grace_hours": 24,
    "stop_minutes": 5,
    "longest_days": 30,
}
NO_STANDINGS: Json = {"items": [], "over": [], "proposed": [], "rules": RULES}
NO_APPEAL: Json = {
    "state": "",
    "at": None,
    "contact_id": "",
    "decided_by": "",
    "decided_at": None,
    "answer": "",
}


def standing(id_: str, who: str, state: str, **more: Any) -> Json:
    """Reminded two days ago by Li, gone on since then."""
    return {
        "id": id_,
        "who": who,
        "kind": "insulting",
        "state": state,
        "opened_at": ago(2 * 86400),
        "told": "请文明用语",
        "reminded_at": ago(2 * 86400),
        "reminded_by": "李明",
        "grace_until": ago(86400),
        "again_at": ago(3600),
        "proposal": None,
        "reason": "",
        "proposed_by": "",
        "approved_by": "",
        "measured_at": None,
        "until": None,
        "appeal": NO_APPEAL,
        "closed_at": None,
        "closed_by": "",
        "moves": [],
        "why": "",
    } | more


def record(id_: str, **more: Any) -> Json:
    """What Li noted."""
    return {
        "id": id_,
        "contact_id": "c-1",
        "kind": "insulting",
        "at": ago(3600),
        "by": "李明",
        "source": "segment",
        "evidence": "你们都是一群没用的东西",
        "finding": None,
        "state": "noted",
        "looked_by": "",
    } | more


SEEN: Json = {
    "pattern": "redialling",
    "count": 42,
    "limit": 20,
    "minutes": 60,
    "first": ago(3000),
    "last": ago(600),
    "contact_ids": ["c1", "c2"],
    "told_zh": "60 分钟内拨打 42 次；达到 20 次即提请核实。",
    "told_en": "Within 60 minutes called 42 times; from 20 on somebody is asked to look.",
}


def standings() -> Json:
    """One may be proposed, one waits for approval, one is suspended and appeals."""
    measured = {
        "reason": "限制后继续辱骂",
        "proposed_by": "陈班长",
        "approved_by": "赵班长",
        "measured_at": ago(3600),
        "until": ago(-6 * 86400),
    }
    wanted = {"by": "赵班长", "at": ago(600), "days": 7, "reason": "提醒后仍不停止"}
    appeal = NO_APPEAL | {"state": "open", "at": ago(300), "contact_id": "c-9"}
    return {
        "items": [
            standing("a1", "138****1234", "grace", moves=["propose"]),
            standing("a2", "139****5678", "grace", proposal=wanted, moves=["reject", "approve"]),
            standing(
                "a3", "137****0052", "suspended", appeal=appeal, moves=["lift", "hear"], **measured
            ),
        ],
        "over": [standing("a0", "136****0001", "lifted", closed_at=ago(900))],
        "proposed": [record("m9", by="", state="proposed", evidence=SEEN["told_zh"], finding=SEEN)],
        "rules": RULES,
    }


def whole() -> Json:
    """The one that is suspended, with what they are told."""
    return {
        "standing": standings()["items"][2],
        "records": [record("m1"), record("m2", evidence="你等着，我去找你")],
        "heard_zh": "您好，依据本市规定，您的号码暂停使用人工服务，12月4日10点自动恢复。",
        "read_zh": "您目前暂停使用人工服务，12月4日10点自动恢复。",
        "read_en": "Your use of the hotline is suspended until 2026-12-04 10:00.",
    }


NO_TEXTS: Json = {
    "problem": {"code": "no-sms-account", "zh": "没有短信账号", "en": "No account"},
    "text_most": 0,
    "billed": None,
    "items": [],
    "answers": [],
}
"""Of a hotline that sends no short messages."""


STAFF: list[Json] = [
    {"operator_id": "op-chen", "name": "陈静", "login": "chenjing"},
    {"operator_id": "op-li", "name": "李明", "login": "liming"},
    {"operator_id": "op-wang", "name": "王芳", "login": "wangfang"},
]


def complaint(id_: str, *concerned: Json, **more: Any) -> Json:
    """A citizen complained of these yesterday, on the web page."""
    return {
        "id": id_,
        "contact_ids": [f"c-{id_}"],
        "concerned": list(concerned),
        "source": "number",
        "since": ago(86400),
        "by": "",
        "closed_at": None,
        "closed_by": "",
        "result": "",
    } | more


def complaints() -> Json:
    """One about Li by number, one that Wang marked about nobody known; one is closed."""
    over = {"closed_at": ago(3600), "closed_by": "高主任", "result": "核实属实，已约谈并回复市民"}
    return {
        "items": [
            complaint("k1", STAFF[1]),
            complaint("k2", source="marked", by="王芳"),
        ],
        "over": [complaint("k3", STAFF[0], STAFF[2], source="lately", **over)],
    }
