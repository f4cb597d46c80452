"""What comes over CMPP from a gateway on a socket, in both versions.

The gateway is tests.peers.ismg_peer, which knows the standard by itself.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from channels.errors import BadSettings
from channels.message import Kind
from channels.registry import open_account
from tests.channels.cmpp_world import NUMBER, account, fed, world, written
from tests.eventually import eventually, remains
from tests.peers.feed_peer import FeedPeer
from tests.peers.ismg_peer import IsmgPeer

both = pytest.mark.parametrize("three", [False, True], ids=["2.0", "3.0"])


@both
async def test_what_a_citizen_writes_is_recorded_and_then_acknowledged(three: bool) -> None:
    """From their number without 86; with the store away nothing is acknowledged, nor lost."""
    async with world(three=three) as (peer, _, feed):
        peer.delivers(written(peer, "路灯坏了"))
        await eventually(lambda: len(peer.acknowledged) == 1)
        assert feed.texts == ["路灯坏了"]
        assert next(iter(feed.came.values())).sender.value == "13800138000"
        feed.away = True
        peer.delivers(written(peer, "第二条"))
        await remains(lambda: len(peer.acknowledged) == 1 and not peer.refused, 0.1)
        feed.away = False
        await eventually(lambda: len(peer.acknowledged) == 2)
        assert feed.texts == ["路灯坏了", "第二条"]


async def test_what_a_fault_of_ours_lost_is_heard_when_it_comes_again() -> None:
    """On the same connection, under the same number: a carrier repeats what nobody answered."""
    async with world() as (peer, _, feed):
        feed.broken = True
        peer.delivers(written(peer, "路灯坏了"))
        await eventually(lambda: feed.delivered_broken == 1)
        feed.broken = False
        (connection,) = peer.connections
        (sequence,) = connection.unanswered
        connection.again(sequence)
        await eventually(lambda: len(peer.acknowledged) == 1)
        assert feed.texts == ["路灯坏了"]


async def test_a_message_id_that_is_used_again_is_another_message() -> None:
    """A gateway that began anew counts anew; the same delivered again is the same."""
    async with world() as (peer, _, feed):
        one = written(peer, "甲")
        peer.delivers(one, one, replace(one, content="乙".encode("utf-16-be")))
        peer.delivers(replace(one, src=b"13900139000"))
        await eventually(lambda: len(peer.acknowledged) == 4)
        assert sorted(feed.texts) == ["乙", "甲", "甲"]
        assert not any("138001" in key or "139001" in key for key in feed.came)


@pytest.mark.parametrize(
    ("fmt", "content", "text", "kind"),
    [
        (0, b"help", "help", Kind.TEXT),
        (15, "路灯".encode("gb18030"), "路灯", Kind.TEXT),
        (0, "路灯".encode("gb18030"), "路灯", Kind.TEXT),
        (8, "🔥火".encode("utf-16-be"), "🔥火", Kind.TEXT),
        (8, b"\xd8\x3d", "\ufffd", Kind.TEXT),
        (4, b"\x00\x01", "", Kind.UNKNOWN),
        (3, b"\x00\x01", "", Kind.UNKNOWN),
    ],
)
async def test_each_alphabet_is_read_and_what_is_none_is_kept(
    fmt: int, content: bytes, text: str, kind: Kind
) -> None:
    """ASCII, GB 18030, UCS-2 with emoji; writing to the card and octets are no words."""
    async with world() as (peer, _, feed):
        peer.delivers(written(peer, "", fmt=fmt, content=content))
        await eventually(lambda: peer.acknowledged)
        [came] = feed.came.values()
        assert (came.text, came.kind) == (text, kind)


async def test_a_report_that_cannot_be_read_is_kept_and_rings_nobody() -> None:
    """It is neither lost nor does it hold up what comes behind it."""
    async with world() as (peer, _, feed):
        peer.delivers(written(peer, "", content=b"?", report=True), written(peer, "您好"))
        await eventually(lambda: len(peer.acknowledged) == 2)
        odd, said = feed.came.values()
        assert (odd.kind, odd.starts, odd.fields) == (Kind.UNKNOWN, False, {"type": "report"})
        assert (said.text, said.starts) == ("您好", True)


@both
@pytest.mark.parametrize("fault", ["none", "secret", "version", "away"])
async def test_a_check_says_what_is_wrong_and_how_to_mend_it(three: bool, fault: str) -> None:
    """By a login of its own, which ends with a goodbye."""
    async with IsmgPeer(three=three) as peer:
        sms = account(peer)
        if fault == "secret":
            peer.secret = b"another"
        elif fault == "version":
            peer.three = not three
        elif fault == "away":
            await peer.closes()
        findings = await sms.check()
        good = {one.name: one.good for one in findings}
        expected = {
            "none": {"reached": True, "login": True},
            "secret": {"reached": True, "login": False},
            "version": {"reached": True, "login": False},
            "away": {"reached": False},
        }
        assert good == expected[fault]
        assert all(one.fix_zh and one.fix_en for one in findings if not one.good)
        assert not any("swordfish" in f"{one}" for one in findings)
        assert peer.goodbyes == (fault == "none")


async def test_a_live_connection_says_more_than_a_try() -> None:
    """The gateway may grant no further connection."""
    async with world(connections=2) as (peer, sms, _):
        [finding] = await sms.check()
        assert finding.good
        assert "2/2" in finding.zh
        assert peer.logins == [0, 0]


async def test_who_is_refused_does_not_knock_at_once_again() -> None:
    """Gateways lock out who does."""
    async with IsmgPeer(three=False, secret=b"another") as peer, fed(account(peer), FeedPeer()):
        await eventually(lambda: peer.logins == [3])
        await remains(lambda: peer.logins == [3], 0.08)
        await eventually(lambda: peer.logins == [3, 3])


@both
async def test_an_account_is_what_its_settings_say(three: bool, tmp_path: Path) -> None:
    """It logs in; and what is missing or wrong is said at once, without the secret."""
    async with IsmgPeer(three=three) as peer:
        secret = tmp_path / "secret"
        secret.write_text("swordfish\n")
        good = {
            "by": "cmpp3" if three else "cmpp2",
            "host": "127.0.0.1",
            "port": str(peer.port),
            "source_addr": "900001",
            "secret_file": str(secret),
            "number": NUMBER,
            "service_id": "HOTLINE",
            "signature": "12345热线",
        }
        sms = open_account("sms", "main", good)
        assert all(finding.good for finding in await sms.check())
        assert peer.logins == [0]
        wrong = {"by": good["by"], "source_addr": "9000011", "port": "0", "connections": "9"}
        with pytest.raises(BadSettings) as said:
            open_account("sms", "main", {**wrong, "secret_file": str(secret)})
        keys = {key for key, _, _ in said.value.problems}
        assert keys == {"source_addr", "port", "connections", "host", "number"}
        assert "swordfish" not in str(said.value)
