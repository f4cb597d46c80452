"""The citizen of the example: three identities, two links, and what they said before."""

from typing import Any

from tests.peers.console_example import ME, SEAT, Json, ago


def contact(contact_id: str, channel: str, days: float, **more: Any) -> Json:
    """One earlier contact, closed."""
    return {
        "id": contact_id,
        "channel": channel,
        "number_masked": "138****1234" if channel == "phone" else "",
        "did": "12345",
        "queue": "civil",
        "state": "ended",
        "outcome": "answered",
        "seat": SEAT,
        "operator_id": ME,
        "operator_name": "李静",
        "arrived_at": ago(days * 86_400),
        "answered_at": ago(days * 86_400 - 8),
        "ended_at": ago(days * 86_400 - 300),
        "wait_seconds": 8.0,
        "talk_seconds": 292.0,
        "disposition": {"code": "consult", "note": "咨询井盖归属", "caller_name": "", "at": ago(1)},
        "recording": None,
        "failed_open": False,
        "excerpt": "",
    } | more


def citizen() -> Json:
    """Three identities, one link confirmed, one proposed; what they said before."""
    ids = [
        ("i-1", "wechat", "oX7k****q2"),
        ("i-2", "phone", "138****1234"),
        ("i-3", "app", "ua_9****1"),
    ]
    links = [
        ("l-1", "i-1", "i-2", "phone", "confirmed", "市民在表单里留了这个号码"),
        ("l-2", "i-1", "i-3", "operator", "proposed", "说是同一个人"),
    ]
    return {
        "identities": [
            {
                "id": one,
                "account": f"{channel}:main",
                "channel": channel,
                "scheme": "openid",
                "label_masked": label,
                "first_seen": ago(864_000),
            }
            for one, channel, label in ids
        ],
        "links": [
            {
                "id": one,
                "a": a,
                "b": b,
                "evidence": evidence,
                "note": note,
                "state": state,
                "at": ago(864_00),
                "by_name": "王磊",
                "decided_at": None,
                "decided_by_name": None,
            }
            for one, a, b, evidence, state, note in links
        ],
        "contacts": [
            contact("e-1", "phone", 2),
            contact("e-2", "app", 9, disposition=None, excerpt="路灯不亮"),
            contact("c-urgent", "wechat", 0, disposition=None),
        ],
    }
