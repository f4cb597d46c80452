"""Whatever bytes a platform sends, every reader gives a value within its size, or its own error.

One law for all of them. A platform is somebody else's program: its numbers have a thousand digits,
its lists are a thousand deep, half of its characters are missing, and the next message counts.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import cmpp_codec, mail_html, smpp_read, sms_read, telegram_update, weibo_read
from channels.cmpp_fields import BadPdu, Version
from channels.cmpp_pdus import Deliver
from channels.cmpp_words import came_of, receipt_of
from channels.errors import HookRefused
from channels.mail_read import read as read_letter
from channels.message import Inbound, Receipt, Received
from channels.sms_long import inbound_of
from channels.sms_pieces import Came, Whole
from channels.sms_text import Alphabet, decode
from channels.wechat_body import read as read_body
from channels.wecom_read import page_of
from tests.channels.test_wechat_messages import HOOK
from tests.channels.wechat_world import OPENID, asked
from tests.peers import ismg_wire as wire
from tests.peers.smsc_smpp_peer import deliver_body, receipt_body
from tests.peers.wechat_words import KEYS, Push, query_of

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MOST_TEXT = 64 * 1024
MOST_WORD = 512
Said = Inbound | Receipt
Reading = Callable[[bytes], Iterable[Said]]


def by_rows(read: Callable[[sms_read.Reader, dict[str, Any]], None]) -> Reading:
    """A platform that posts rows."""

    def reading(body: bytes) -> Iterable[Said]:
        reader = sms_read.Reader("secret", NOW)
        for row in sms_read.rows_of(body) or ():
            read(reader, row)
        return [*reader.messages, *reader.receipts]

    return reading


def parts_of(received: Received) -> list[Said]:
    """All of it."""
    return [*received.messages, *received.receipts]


def wecom(body: bytes) -> Iterable[Said]:
    """An answer of sync_msg, which is JSON before it is anything."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    page = page_of(answer if isinstance(answer, dict) else {"msg_list": [answer]}, NOW)
    assert len(page.cursor.encode()) <= MOST_TEXT
    return parts_of(page.received)


def wechat(body: bytes) -> Iterable[Said]:
    """A push with a signature that is right."""
    return parts_of(HOOK.received(asked(Push(query_of(KEYS, at=NOW), body), NOW)))


def smpp(body: bytes) -> Iterable[Said]:
    """A deliver_sm."""
    came = smpp_read.deliver_of(body)
    receipt = smpp_read.receipt_of(came, NOW)
    alphabet = smpp_read.alphabet_of(came.coding, Alphabet.GSM7)
    message = Came(
        sender=came.sender, to=came.to, data=came.data, alphabet=alphabet, at=NOW,
        concat=came.concat,
    )  # fmt: skip
    return [text_of(message), *([receipt] if receipt else [])]


def text_of(came: Came) -> Inbound:
    """As it is handed over."""
    words = decode(came.data, came.alphabet)
    whole = Whole(
        key="k", text=words, sender=came.sender, to=came.to, at=came.at, alphabet=came.alphabet
    )
    return inbound_of(whole)


def cmpp(version: Version) -> Reading:
    """A frame, and what a Deliver becomes."""

    def reading(body: bytes) -> Iterable[Said]:
        for frame in (body, wire.frame(wire.DELIVER, 1, body)):
            try:
                _, pdu = cmpp_codec.decode(frame, version)
                if not isinstance(pdu, Deliver):
                    continue
                yield text_of(came_of(pdu, NOW))
                yield receipt_of(cmpp_codec.report(pdu.msg_content), NOW)
            except BadPdu:
                continue

    return reading


def mail(body: bytes) -> Iterable[Said]:
    """A letter; its files are within the letter's own size."""
    letter = read_letter(body, mail_from="a@b.cn", now=NOW)
    assert sum(len(one.content) for one in letter.pieces) <= 2 * len(body)
    assert len((letter.subject + letter.references + letter.message_id).encode()) <= MOST_TEXT
    return [one for one in (letter.inbound, letter.receipt) if one is not None]


Json = dict[str, Any]


def weibo_said(kind: str, **data: Any) -> Json:
    """A message to a Weibo account."""
    at = "Mon Mar 02 15:59:00 +0800 2026"
    return {"sender_id": 1, "receiver_id": 2, "created_at": at, "type": kind, "text": "x",
            "data": data}  # fmt: skip


def telegram_said(**more: Any) -> Json:
    """An update of Telegram's."""
    who = {"id": 5, "first_name": "a", "last_name": "b", "username": "c"}
    chat = {"id": 5, "type": "private"}
    message = {"message_id": 1, "from": who, "chat": chat, "date": 1772409600, **more}
    return {"update_id": 3, "message": message}


def wecom_said(kind: str, **inner: Any) -> Json:
    """A page of sync_msg with one message."""
    one = {"msgid": "m", "open_kfid": "kf", "external_userid": "u", "origin": 3,
           "send_time": 1772409600, "msgtype": kind, kind: inner}  # fmt: skip
    return {"msg_list": [one], "next_cursor": "c", "has_more": 1}


def wechat_said(kind: str, **more: Any) -> Json:
    """A push in JSON."""
    return {"FromUserName": OPENID, "ToUserName": "gh", "CreateTime": 1772409600, "MsgId": 7,
            "MsgType": kind, **more}  # fmt: skip


PLACE = {"latitude": 31.3, "longitude": 120.6}
JSON_READERS: Mapping[str, tuple[Reading, tuple[Json, ...]]] = {
    "weibo": (
        lambda body: [weibo_read.read(body, NOW)],
        (
            weibo_said("position", **PLACE),
            weibo_said("image", vfid=1, tovfid=2),
            weibo_said("event", subtype="follow"),
            weibo_said("card", title="x"),
        ),
    ),
    "telegram": (
        lambda body: [telegram_update.read(body, "1", NOW)],
        (
            telegram_said(text="x", reply_to_message={"message_id": 2}),
            telegram_said(location={**PLACE, "horizontal_accuracy": 5}),
            telegram_said(venue={"location": PLACE, "title": "x", "address": "y"}),
            telegram_said(photo=[{"file_id": "f", "width": 1, "file_size": 9}], caption="x"),
            telegram_said(voice={"file_id": "f", "mime_type": "audio/ogg", "file_name": "x"}),
            telegram_said(contact={"first_name": "x", "phone_number": "1"}),
            {"update_id": 3, "\ud800": {"from": {"id": 5}}},
            telegram_said(**{"\ud800": "x"}),
            {"update_id": 3, "callback_query": {"id": "1", "data": "x", "from": {"id": 5}}},
        ),
    ),
    "wecom": (
        wecom,
        (
            wecom_said("text", content="x"),
            wecom_said("location", **PLACE, name="x", address="y"),
            wecom_said("voice", media_id="f"),
            wecom_said("link", title="x", desc="y", url="z"),
            wecom_said("card", userid="x"),
            wecom_said("event", event_type="msg_send_fail", fail_msgid="f", fail_type=4),
        ),
    ),
    "wechat": (
        wechat,
        (
            wechat_said("text", Content="x"),
            wechat_said("location", Location_X=31.3, Location_Y=120.6, Label="x", Scale=9),
            wechat_said("voice", MediaId="f", Format="amr", Recognition="x", MediaId16K="g"),
            wechat_said("file", Title="x", Description="y", FileTotalLen=9),
            wechat_said("event", Event="LOCATION", Latitude=31.3, Longitude=120.6, Precision=9),
            wechat_said("event", Event="TEMPLATESENDJOBFINISH", MsgID=9, Status="failed: x"),
            wechat_said(
                "event",
                Event="subscribe_msg_sent_event",
                SubscribeMsgSentEvent={"List": [{"MsgID": "9", "ErrorCode": "1"}]},
            ),
            wechat_said("odd", Thing={"within": "x"}),
        ),
    ),
    "aliyun": (
        by_rows(sms_read.aliyun),
        (
            {"phone_number": "13800138000", "content": "x", "send_time": "2026-03-02 08:00:00",
             "sequence_id": 7},
            {"biz_id": "9^0", "success": False, "err_code": "MK:1", "report_time": "x"},
        ),
    ),
    "tencent": (
        by_rows(sms_read.tencent),
        (
            {"mobile": "13800138000", "text": "x", "time": 1772409600, "extend": "1"},
            {"sid": "9", "report_status": "FAIL", "errmsg": "x", "user_receive_time": "x"},
        ),
    ),
    "http": (
        by_rows(sms_read.plain),
        (
            {"type": "message", "id": "1", "from": "1", "text": "x", "at": 1772409600},
            {"type": "receipt", "id": "1", "state": "failed", "code": "x", "at": "x"},
        ),
    ),
}  # fmt: skip
READERS: Mapping[str, Reading] = {
    **{name: reading for name, (reading, _) in JSON_READERS.items()},
    "smpp": smpp,
    "cmpp 2.0": cmpp(Version.V20),
    "cmpp 3.0": cmpp(Version.V30),
    "mail": mail,
}
SEEDS: Mapping[str, tuple[bytes, ...]] = {
    "wechat": (b"<xml><FromUserName>o</FromUserName><MsgType>text</MsgType></xml>",),
    "smpp": (
        receipt_body("m1", "DELIVRD") + b"\4\x27\0\1\2",
        deliver_body(b"\5\0\3\7\2\1\x60\xa8", esm_class=0x40),
    ),
    "cmpp 2.0": (
        wire.Delivery(msg_id=7, src=b"1", content=b"x" * 60, report=True).body(three=False),
    ),
    "cmpp 3.0": (
        wire.Delivery(msg_id=7, src=b"1", content=b"x" * 71, report=True).body(three=True),
    ),
    "mail": (
        (
            b"From: a@b.cn\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
            b"Content-Type: text/html; charset=gb2312\r\n\r\n<p>x<script>y\r\n--b\r\n"
            b"Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?b?5bCP?=\r\n\r\nx\r\n--b--\r\n"
        ),
    ),
}


def must_be_sound(one: Said) -> None:
    """What the store, the screens and the next reader rely on."""
    if isinstance(one, Receipt):
        words, texts = [one.provider_id, one.code], []
        assert one.at.tzinfo is not None
    else:
        words = [one.key, one.sender.scheme, one.sender.value, one.sender.name, one.event]
        words += [one.provider_id, one.reply_to, *one.thread]
        texts = [
            one.text,
            *one.fields,
            *one.fields.values(),
            one.location.address if one.location else "",
        ]
        words += [word for ref in one.media for word in (ref.ref, ref.name, ref.declared_type)]
        assert one.key
        assert one.sender.value
        assert one.sent_at.tzinfo is not None
        if one.location:
            assert abs(one.location.latitude) <= 90
            assert abs(one.location.longitude) <= 180
    for word, most in [*((word, MOST_WORD) for word in words), *((t, MOST_TEXT) for t in texts)]:
        assert len(word) <= most, word[:80]
        assert "\0" not in word
        word.encode()


def must_be_read(reading: Reading, body: bytes) -> None:
    """Sound values, or refused with an error of ours."""
    status = 400
    try:
        for one in reading(body):
            must_be_sound(one)
    except HookRefused as refused:
        status = refused.answer.status
    assert 400 <= status < 500


def spoilt(good: bytes) -> st.SearchStrategy[bytes]:
    """Cut, overwritten, and with something put in."""

    def made(drawn: tuple[int, int, bytes]) -> bytes:
        at, over, piece = drawn
        at %= len(good) + 1
        return good[:at] + piece + good[at + over :]

    return st.tuples(st.integers(0, 4000), st.integers(0, 8), st.binary(max_size=8)).map(made)


@pytest.mark.parametrize("name", READERS)
def test_no_bytes_break_a_reader(name: str) -> None:
    """Made up, or a good one spoilt."""
    seeds = SEEDS.get(name, ())
    if name in JSON_READERS:
        seeds = (*seeds, *(json.dumps(one).encode() for one in JSON_READERS[name][1]))
    bodies = st.binary(max_size=300) | st.sampled_from(seeds).flatmap(spoilt)

    @settings(max_examples=150, deadline=None)
    @given(bodies)
    def fuzz(body: bytes) -> None:
        must_be_read(READERS[name], body)

    fuzz()


def nested(depth: int) -> Any:
    """Lists within lists."""
    deep: Any = []
    for _ in range(depth):
        deep = [deep]
    return deep


ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 10**400, -(10**400), 1e308, float("nan"), float("inf"),
    "", "\ud800", "\0", "x" * 60_000, "9" * 400, "-1", "1e999", "nan", "٣", "2026-13-45 99:99:99",
    [], [None], [{}], {}, {"x": "\ud800"}, {"y" * 300: "\0"}, nested(50), nested(400),
)  # fmt: skip
DEPTHS = (*range(600, 1000, 12), 5000)


def changed(value: Any, odd: Any) -> Iterator[Any]:
    """The same with ``odd`` in one place, each in turn, or with that place left out."""
    yield odd
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {one: there for one, there in value.items() if one != name}
            for other in changed(inner, odd):
                yield {**value, name: other}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            for other in changed(inner, odd):
                yield [*value[:at], other, *value[at + 1 :]]


@pytest.mark.parametrize("name", JSON_READERS)
def test_no_json_breaks_a_reader(name: str) -> None:
    """Good ones, and in each place of each what nobody expects there."""
    reading, seeds = JSON_READERS[name]
    for seed in seeds:
        must_be_read(reading, json.dumps(seed).encode())
        for odd in ODD:
            for told in changed(seed, odd):
                must_be_read(reading, json.dumps(told).encode())


@pytest.mark.parametrize("name", JSON_READERS)
def test_depth_breaks_no_reader(name: str) -> None:
    """However deep, in each place of one that is good: also where reading it needs more still."""
    reading, seeds = JSON_READERS[name]
    for seed in seeds:
        for told in changed(seed, "DEEP"):
            whole = json.dumps(told)
            for depth in DEPTHS:
                deep = whole.replace('"DEEP"', "[" * depth + "]" * depth)
                must_be_read(reading, deep.encode())


TAGS = ("<p>", "</p>", "<script>", "</", "<!--", "-->", "<![CDATA[", "&#x110000;", "&#0;", "<a b='",
        "x", "<!", "<?", "\0")  # fmt: skip
HTML = st.text(max_size=200) | st.lists(st.sampled_from(TAGS), max_size=12).map("".join)


@settings(max_examples=200, deadline=None)
@given(HTML)
def test_no_html_breaks_its_reader(html: str) -> None:
    """What a reader would see is never longer than what was sent."""
    assert len(mail_html.text_of(html)) <= len(html) + 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"<xml>", b"<xml><a>", b'{"a":', b"{"]))
def test_a_body_of_wechat_is_never_larger_than_it_came(octets: bytes, start: bytes) -> None:
    """No entity, no repetition makes much of little."""
    try:
        body = read_body(start + octets)
    except HookRefused:
        return
    texts = [*body.top.values(), *(text for _, text in body.deep)]
    assert sum(map(len, texts)) <= 6 * len(start + octets)
