"""Weibo signs little, so more is asked of who knocks; what is said is kept whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channels.errors import FetchFailed, Forged, RecipientGone, SendFailed, Stale, TryLater
from channels.message import Kind, MediaRef, Outbound
from channels.weibo import signature
from tests.peers.weibo_peer import NOW, TEXT, weibo_account, weibo_peer, weibo_push


@pytest.mark.parametrize(
    ("secret", "timestamp", "expected"),
    [
        ("xyz123xyz", "1397022061823", "90e4c22c90a58f26526c2dd5b6c56c8822edeaa1"),
        ("demo", "1639017506000", "233dae8d74f45a1ad1f5671a974c485ccd1ac3c5"),
    ],
)
def test_the_signature_is_weibo_s_own(secret: str, timestamp: str, expected: str) -> None:
    """The vector of the official wiki, and one from practice."""
    assert signature(secret, timestamp, "57155157") == expected


def test_whoever_lacks_any_of_the_proofs_is_not_believed(tmp_path: Path) -> None:
    """Key, address, signature, time: each alone is needed, since none covers the body."""
    account, good = weibo_account(tmp_path), weibo_push(TEXT)
    assert account.receive(good).messages[0].text == "路灯坏了"
    for bad, refused in (
        (weibo_push(TEXT, key="other"), Forged),
        (weibo_push(TEXT, signature="0" * 40), Forged),
        (replace(good, address="198.51.100.1"), Forged),
        (replace(good, received_at=NOW.replace(hour=10)), Stale),
        (weibo_push(TEXT, timestamp="yesterday"), Forged),
    ):
        with pytest.raises(refused):
            account.receive(bad)
    asked = replace(weibo_push(b"", echostr="abc-1"), method="GET")
    assert account.receive(asked).answer.body == b"abc-1"


def test_every_kind_has_its_word_and_the_others_are_kept(tmp_path: Path) -> None:
    """Ids to the last digit, files by the receiver's copy, Weibo's own time."""
    account = weibo_account(tmp_path)

    def read(**more: Any) -> Any:
        return account.receive(weibo_push(TEXT | more)).messages[0]

    text = read(sender_id=9007199254740993)
    assert (text.sender.scheme, text.sender.value) == ("weibo_uid", "9007199254740993")
    assert text.sent_at == NOW.replace(minute=59, second=58, hour=8)
    assert text.grant
    image = read(type="image", text="", data={"vfid": 1, "tovfid": 821804469})
    assert (image.kind, image.media[0].ref) == (Kind.IMAGE, "821804469")
    place = read(type="position", data={"longitude": "116.3", "latitude": "39.9"})
    assert place.location.latitude == 39.9
    follow = read(type="event", data={"subtype": "follow"})
    assert (follow.kind, follow.event, follow.starts) == (Kind.EVENT, "follow", False)
    card = read(type="card", data={"x": 1})
    assert (card.kind, card.fields["type"]) == (Kind.UNKNOWN, "card")
    assert read().key == read().key != read(text="又坏了").key


async def test_an_answer_leaves_and_errors_say_whether_to_try_again(tmp_path: Path) -> None:
    """Over quota: later. Nobody of that number: gone. Anything else: never."""
    out = Outbound(key="k", scheme="weibo_uid", to="2489518277", text="已受理 & 谢谢")
    async with weibo_peer() as platform, weibo_account(tmp_path, platform.url) as account:
        assert (await account.send(out)).parts == ("k/1",)
        assert platform.said == [("2489518277", "已受理 & 谢谢")]
        for code, kind in ((10024, TryLater), (20003, RecipientGone), (20012, SendFailed)):
            platform.answer = {"error": "x", "error_code": code}
            with pytest.raises(kind) as refused:
                await account.send(out)
            assert type(refused.value) is kind
        assert [one.good for one in await account.check()] == [True]


async def test_files_are_fetched_by_their_id(tmp_path: Path) -> None:
    """An error of theirs is no picture."""
    async with weibo_peer() as platform, weibo_account(tmp_path, platform.url) as account:
        platform.files["1"] = b"\xff\xd8x"
        got = [piece async for piece in account.fetch(MediaRef(ref="1", kind=Kind.IMAGE), 9)]
        assert b"".join(got) == b"\xff\xd8x"
        for ref, most in (("2", 9), ("1", 2)):
            with pytest.raises(FetchFailed):
                _ = [p async for p in account.fetch(MediaRef(ref=ref, kind=Kind.IMAGE), most)]
