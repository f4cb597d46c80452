"""A letter is read however broken it is, and machines are never answered."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.mail_html import text_of
from channels.mail_read import decoded, key_of, read
from channels.message import Inbound, Kind, ReceiptState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FROM = "zhang@citizen.example"


def raw(body: bytes, *headers: str) -> bytes:
    """A letter as bytes."""
    lines = [f"From: {FROM}", "Message-ID: <a@citizen.example>", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def said(letter: bytes, mail_from: str = FROM) -> Inbound:
    """What it says."""
    inbound = read(letter, mail_from=mail_from, now=NOW).inbound
    assert inbound is not None
    return inbound


@pytest.mark.parametrize(
    ("label", "body"),
    [
        ("utf-8", "路灯坏了".encode()),
        ("gb2312", "朱镕基路㙍".encode("gb18030")),
        ("GBK", "路灯坏了，镕".encode("gb18030")),
        ("unknown-8bit", "路灯坏了".encode()),
        ("unknown-8bit", "路灯坏了".encode("gb18030")),
        ("us-ascii", "路灯坏了".encode()),
    ],
)
def test_words_are_read_whatever_the_label_says(label: str, body: bytes) -> None:
    """Declared, else UTF-8, else GB18030; a label of a small Chinese set means the large one."""
    letter = raw(
        body, f"Content-Type: text/plain; charset={label}", "Content-Transfer-Encoding: 8bit"
    )
    expected = body.decode("gb18030") if body[:2] != "路".encode()[:2] else body.decode()
    assert said(letter).text == expected


def test_undeclared_words_in_a_header_are_read() -> None:
    """Subject and name in bare UTF-8 or GB18030, and as RFC 2047 has it."""
    for subject in ("人民路路灯", "=?gb2312?B?yMvD8cK3wrfGvw==?="):
        letter = f"From: 张三 <{FROM}>\r\nSubject: {subject}\r\n\r\nx".encode()
        inbound = said(letter)
        assert inbound.text.startswith("人民路路")
        assert inbound.sender.name == "张三"
    old = b"From: a@b.cn\r\nSubject: " + "路灯坏了".encode("gb18030") + b"\r\n\r\n"
    assert said(old).text == "路灯坏了"


def test_files_come_with_their_names_and_letters_within_letters_stay_whole() -> None:
    """Each once; what was forwarded is a file and not what the citizen says."""
    inner = EmailMessage()
    inner.set_content("别人说的话")
    inner.add_attachment(b"inner", maintype="image", subtype="png", filename="inner.png")
    outer = EmailMessage()
    outer["From"] = FROM
    outer.set_content("见附件")
    outer.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="../路灯 1.jpg")
    outer.add_attachment(inner)
    letter = read(outer.as_bytes(), mail_from=FROM, now=NOW)
    assert letter.inbound is not None
    assert letter.inbound.text == "见附件"
    assert [(one.kind, one.name) for one in letter.inbound.media] == [
        (Kind.IMAGE, "路灯 1.jpg"),
        (Kind.FILE, "2"),
    ]
    assert letter.pieces[0].content == b"\xff\xd8"
    assert b"inner" not in letter.pieces[0].content
    assert [one.ref for one in letter.inbound.media] == [one.ref for one in letter.pieces]


def test_a_letter_in_html_only_is_read_as_words() -> None:
    """Its scripts, styles and tags are nobody's words."""
    html = "<html><style>p{}</style><p>路灯<b>坏了</b></p><script>x()</script><p>请修 &amp; 谢谢"
    letter = raw(html.encode(), "Content-Type: text/html; charset=utf-8")
    assert said(letter).text == "路灯坏了\n请修 & 谢谢"
    assert text_of("<p>a</style>b") == "ab"


@pytest.mark.parametrize(
    ("headers", "mail_from"),
    [
        (["Auto-Submitted: auto-replied"], FROM),
        (["Auto-Submitted: auto-generated; x=y"], FROM),
        (["Precedence: bulk"], FROM),
        ([], ""),
    ],
)
def test_what_no_person_wrote_rings_nobody(headers: list[str], mail_from: str) -> None:
    """Answering it would answer for ever (RFC 3834); it is kept all the same."""
    inbound = said(raw(b"out of office", *headers), mail_from)
    assert (inbound.kind, inbound.starts) == (Kind.EVENT, False)
    assert said(raw(b"x", "Auto-Submitted: no")).starts


def test_a_letter_is_known_by_its_id_and_goes_on_from_others() -> None:
    """Ours and theirs, the newest first; without an id it is known by all of it."""
    letter = raw(b"x", "References: <1@a> <2@b>", "In-Reply-To: <2@b>")
    inbound = said(letter)
    assert inbound.key == key_of("<a@citizen.example>") == said(raw(b"other")).key
    assert inbound.thread == ("<2@b>", key_of("<2@b>"), "<1@a>", key_of("<1@a>"))
    assert (inbound.reply_to, inbound.provider_id) == ("<2@b>", "<a@citizen.example>")
    bare = f"From: {FROM}\r\n\r\n".encode()
    assert said(bare + b"1").key != said(bare + b"2").key
    assert FROM not in inbound.key


def test_a_letter_of_ours_that_came_back_is_a_receipt() -> None:
    """RFC 3464: failed for good, with its status; what is only late says nothing."""
    report = (
        "From: mailer@far.example\r\nContent-Type: multipart/report; "
        'report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; far\r\n\r\n"
        "Final-Recipient: rfc822; x@far.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <ours@city.example>\r\n\r\nhi\r\n"
        "--b--\r\n"
    )
    failed = read(report.format(action="failed").encode(), mail_from="", now=NOW)
    assert failed.receipt is not None
    assert failed.inbound is None
    assert (failed.receipt.provider_id, failed.receipt.state, failed.receipt.code) == (
        "<ours@city.example>",
        ReceiptState.FAILED,
        "5.1.1",
    )
    late = read(report.format(action="delayed").encode(), mail_from="", now=NOW)
    assert late.receipt is None
    assert late.inbound is not None
    assert not late.inbound.starts


def test_a_time_that_cannot_be_is_ours() -> None:
    """Dates of a broken clock do not order a conversation."""
    assert said(raw(b"x", "Date: Mon, 02 Mar 2026 16:00:00 +0800")).sent_at.hour == 8
    for date in ("Date: Fri, 01 Jan 2100 00:00:00 +0000", "Date: yesterday", "Date: 99999999999"):
        assert said(raw(b"x", date)).sent_at == NOW


PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"\r\n--b\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Disposition: attachment; filename*0*=gb2312''%ff\r\n",
        b"Subject: =?x?q?=ff?= =?utf-8?b?!?=\r\n",
        b'From: "a\r\n b" <@,;:>\r\n',
        b"From: \xe5\xbc\xa0 <a@b>\r\n",
        b"Date: Mon, 99 Foo 0000\r\n",
        b"Content-Type: multipart/report; boundary=b\r\n",
        b'Content-Type: text/plain; charset="\x00"\r\n',
        b"\r\n",
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=60), max_size=14))
def test_nothing_that_is_sent_breaks_the_reader(pieces: list[bytes]) -> None:
    """Anything becomes a letter, a receipt, or something kept as unknown."""
    letter = read(b"".join(pieces), mail_from=FROM, now=NOW)
    inbound = letter.inbound
    assert (inbound is None) is (letter.receipt is not None)
    if inbound is not None:
        assert inbound.key
        assert inbound.sender.value
        for text in (inbound.text, inbound.sender.name, inbound.provider_id):
            text.encode()
            assert "\0" not in text
        assert len(letter.pieces) == len(inbound.media) <= 20


def test_a_thousand_letters_within_each_other_are_kept_as_one() -> None:
    """Depth costs nothing but itself."""
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    assert read(deep, mail_from=FROM, now=NOW).inbound is not None


@given(st.binary(max_size=200), st.sampled_from(["", "gb2312", "utf-8", "x-unknown", "utf-7"]))
def test_any_bytes_are_some_text(content: bytes, label: str) -> None:
    """Nothing raises."""
    decoded(content, label).encode("utf-8", "surrogatepass")
