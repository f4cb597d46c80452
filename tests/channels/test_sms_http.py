"""A system that signs its posts, both ways."""

import base64
from pathlib import Path

import pytest

from channels.channel import Channel
from channels.errors import BadSettings, RecipientGone, SendFailed, TryLater
from channels.message import Outbound
from channels.registry import open_account
from tests.peers.sms_http_peer import WHSEC, sms_http

OUTBOUND = Outbound(key="k1", scheme="msisdn", to="13800138000", text="好" * 60)


def account(folder: Path, url: str, secret: str = "") -> Channel:
    """One that knows the peer's secret."""
    (folder / "secret").write_text(secret or f"whsec_{base64.b64encode(WHSEC).decode()}")
    options = {"by": "http", "base_url": url, "secret_file": str(folder / "secret")}
    return open_account("sms", "main", {**options, "signature": "苏州12345热线"})


async def test_what_leaves_is_signed_and_says_its_parts(tmp_path: Path) -> None:
    """The peer believes it; its id is the one that receipts name."""
    async with sms_http("plain") as peer, account(tmp_path, peer.url) as sms:
        assert (await sms.send(OUTBOUND)).parts == ("p1",)
        assert peer.sent == [
            {"id": "k1", "to": "13800138000", "text": "【苏州12345热线】" + "好" * 60, "parts": 2}
        ]
        assert all(one.good for one in await sms.check())


async def test_an_id_that_cannot_be_kept_is_none_and_the_message_has_left(tmp_path: Path) -> None:
    """Else it would be sent again and again."""
    async with sms_http("plain") as peer, account(tmp_path, peer.url) as sms:
        for id_ in ("\ud800", "a\0b"):
            peer.id = id_
            assert (await sms.send(OUTBOUND)).parts == ()


async def test_a_refusal_is_said_by_its_status(tmp_path: Path) -> None:
    """Later with their pause, nobody there, no; another secret is refused and found."""
    async with sms_http("plain") as peer, account(tmp_path, peer.url) as sms:
        for status, cause in ((429, TryLater), (503, TryLater), (410, RecipientGone)):
            peer.status = status
            with pytest.raises(cause) as refused:
                await sms.send(OUTBOUND)
            assert refused.value.provider_code == f"http-{status}"
            assert not isinstance(refused.value, TryLater) or (
                refused.value.retry_after_seconds == 7.0
            )
    other = f"whsec_{base64.b64encode(WHSEC[::-1]).decode()}"
    async with sms_http("plain") as peer, account(tmp_path, peer.url, other) as sms:
        with pytest.raises(SendFailed) as refused:
            await sms.send(OUTBOUND)
        assert refused.value.provider_code == "http-401"
        assert not all(one.good for one in await sms.check())


@pytest.mark.parametrize("secret", ["swordfish", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%%"])
def test_a_secret_that_is_none_stops_it(tmp_path: Path, secret: str) -> None:
    """Before anybody relies on it."""
    with pytest.raises(BadSettings) as wrong:
        account(tmp_path, "http://127.0.0.1:9", secret)
    assert [key for key, _, _ in wrong.value.problems] == ["secret_file"]
