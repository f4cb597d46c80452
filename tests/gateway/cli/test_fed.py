"""A test message by an account that sends over its own connection."""

from pathlib import Path

import pytest

from channels.errors import SendFailed
from channels.message import Outbound
from gateway.cli.fed import fed, sent_soon
from tests.channels.smpp_world import account
from tests.peers.channel_peer import ChannelPeer
from tests.peers.smsc_smpp_peer import own_smsc

OUTBOUND = Outbound(key="k", scheme="msisdn", to="13800138000", text="12345 热线渠道测试")


async def test_it_binds_sends_and_leaves(tmp_path: Path) -> None:
    """As soon as it is let in; what a citizen writes meanwhile is not taken from the carrier."""
    async with own_smsc() as smsc, account(tmp_path, smsc.port) as smpp:
        async with fed(smpp):
            assert (await sent_soon(smpp, OUTBOUND)).parts == ("m1",)
            assert await smsc.deliver("有人落水".encode("utf-16-be")) == 0x64
        smsc.status = 0x45
        async with fed(smpp):
            with pytest.raises(SendFailed) as refused:
                await sent_soon(smpp, OUTBOUND)
            assert refused.value.provider_code == "smpp-0x45"


async def test_any_other_channel_is_sent_by_at_once() -> None:
    """It needs no connection of its own."""
    peer = ChannelPeer()
    async with fed(peer):
        assert (await sent_soon(peer, OUTBOUND)).parts == ("p1",)
