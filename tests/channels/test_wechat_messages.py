"""Every kind that WeChat pushes, in our words: as XML, as JSON, of both sorts of account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.errors import HookRefused
from channels.message import Inbound, Received
from channels.wechat_hook import Hook
from channels.wechat_settings import WeChatSettings
from tests.channels.wechat_world import OPENID, account, asked
from tests.peers.wechat_words import KEYS, Push, query_of, said, sealed

FIXTURES = Path(__file__).parent.parent / "fixtures" / "channels"
CASES = {
    f"{kind}/{name}": (kind, case)
    for kind in ("wechat", "wechat_mini")
    for name, case in json.loads((FIXTURES / kind / "pushes.json").read_text("utf-8")).items()
}


def shown(message: Inbound) -> dict[str, Any]:
    """A message as the fixtures say what is expected."""
    place = message.location
    return {
        "key": message.key,
        "kind": message.kind.value,
        "text": message.text,
        "event": message.event,
        "fields": dict(message.fields),
        "media": [[one.kind.value, one.ref, one.declared_type] for one in message.media],
        "place": place and [place.latitude, place.longitude, place.datum.value],
        "quota": message.grant and message.grant.quota,
        "seconds": message.grant and message.grant.seconds,
        "starts": message.starts,
    }


def check(received: Received, expect: Mapping[str, Any]) -> None:
    """What came is what the fixture expects, in every word that it says."""
    if "receipts" in expect:
        assert received.messages == ()
        told = [[one.provider_id, one.state.value, one.code] for one in received.receipts]
        assert told == expect["receipts"]
        return
    (message,) = received.messages
    assert message.sender.scheme == "openid"
    assert message.sender.value == OPENID
    assert {name: shown(message)[name] for name in expect} == expect


@pytest.mark.parametrize("as_json", [False, True], ids=["xml", "json"])
@pytest.mark.parametrize("name", CASES)
def test_each_push_is_what_it_is(name: str, as_json: bool, tmp_path: Path) -> None:
    """Both encodings of a push say the same."""
    kind, case = CASES[name]
    push = sealed(case["push"], as_json=as_json)
    check(account(tmp_path, kind).receive(asked(push)), case["expect"])


def test_two_events_within_a_second_are_two(tmp_path: Path) -> None:
    """What differs in name, key or person is another event; the same again is the same."""
    hook = account(tmp_path)
    pushes = [
        said("event", OPENID, CreateTime=1, Event="CLICK", EventKey="a"),
        said("event", OPENID, CreateTime=1, Event="CLICK", EventKey="b"),
        said("event", OPENID, CreateTime=1, Event="VIEW", EventKey="a"),
        said("event", OPENID, CreateTime=2, Event="CLICK", EventKey="a"),
        said("event", "another", CreateTime=1, Event="CLICK", EventKey="a"),
    ]
    keys = [hook.receive(asked(sealed(one))).messages[0].key for one in pushes + pushes]
    assert keys[:5] == keys[5:]
    assert len(set(keys)) == 5
    assert not any(OPENID in key for key in keys), "a key stands in clear in the store"


def test_media_can_be_had_for_three_days(tmp_path: Path) -> None:
    """WeChat keeps a citizen's file for so long."""
    push = sealed(said("image", OPENID, MediaId="m"))
    request = asked(push)
    (message,) = account(tmp_path).receive(request).messages
    until = message.media[0].expires_at
    assert until is not None
    assert (until - request.received_at).days == 3


def test_the_map_grid_is_a_setting(tmp_path: Path) -> None:
    """Tencent's maps are GCJ-02 unless the admin knows better."""
    push = sealed(said("location", OPENID, Location_X="30", Location_Y="120"))
    (message,) = account(tmp_path, datum="wgs84").receive(asked(push)).messages
    assert message.location is not None
    assert message.location.datum.value == "wgs84"


def test_a_message_without_a_sender_is_refused(tmp_path: Path) -> None:
    """There would be nobody to answer."""
    for openid in ("", "x" * 200, "a\nb"):
        push = sealed(said("text", openid, Content="x"))
        with pytest.raises(HookRefused) as raised:
            account(tmp_path).receive(asked(push))
        assert raised.value.answer.status == 400


NAMES = st.sampled_from(
    [
        *("MsgType", "Event", "EventKey", "Content", "MediaId", "MediaId16K", "Format", "MsgId"),
        *("CreateTime", "Location_X", "Location_Y", "Latitude", "Longitude", "Precision", "Title"),
        *("Recognition", "ThumbMediaId", "List", "TemplateId", "MsgID", "ErrorCode", "Status"),
    ]
)
KINDS = st.sampled_from(
    ["event", "text", "image", "voice", "video", "location", "link", "file", "miniprogrampage"]
)
TEXTS = st.one_of(st.text(max_size=40), st.sampled_from(["nan", "1e999", "-0", "٣", "99999999999"]))
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(), st.floats(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
HOOK = Hook(
    WeChatSettings(
        appid=KEYS.appid, token=KEYS.token, key=None, secret="", plain=True, media_hosts=()
    ),
    {},
)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@given(st.dictionaries(NAMES, VALUES, max_size=8), st.one_of(KINDS, TEXTS))
@settings(max_examples=400, deadline=None)
def test_whatever_is_signed_is_kept_or_refused(fields: dict[str, Any], kind: str) -> None:
    """Any JSON with a sender becomes a message or receipts, and can be stored as it is."""
    body = {**fields, "MsgType": kind, "FromUserName": OPENID, "ToUserName": "gh"}
    push = Push(query_of(KEYS, at=NOW), json.dumps(body).encode())
    received = HOOK.received(asked(push, NOW))
    assert received.answer.body == b"success"
    for message in received.messages:
        assert message.sent_at.tzinfo is not None
        assert len(message.key) <= 200
        words = (
            message.key,
            message.text,
            message.event,
            *message.fields,
            *message.fields.values(),
        )
        for word in words:
            assert "\0" not in word
            word.encode()
    for receipt in received.receipts:
        receipt.provider_id.encode()


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_body_is_answered_by_an_accident(body: bytes) -> None:
    """Whatever bytes come, signed or not: a message, or a refusal with a 4xx."""
    for whole in (body, b"<xml>" + body + b"</xml>", b"{" + body + b"}"):
        push = Push(query_of(KEYS, at=NOW), whole)
        try:
            HOOK.received(asked(push, NOW))
        except HookRefused as refused:
            assert 400 <= refused.answer.status < 500  # noqa: PT017 - any bytes may do either
