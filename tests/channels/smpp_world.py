"""An account over SMPP with an SMSC of tests.peers.smsc_smpp_peer, to be used in tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from channels.options import Options
from channels.smpp_connection import Pace
from channels.sms_signature import Terms
from channels.sms_smpp import SmppAccount, open_account
from tests.eventually import eventually
from tests.peers.feed_peer import FeedPeer
from tests.peers.smsc_smpp_peer import PASSWORD, SYSTEM_ID

CALM = Pace(connect=5.0, first_pause=0.05, longest_pause=0.2)
"""Bound again at once; a machine that is busy is not taken for an SMSC that is away."""
QUICK = replace(CALM, enquire=0.2, answer=0.5)
TERMS = Terms(name="苏州12345热线", mils_per_part=45)


def account(folder: Path, port: int, pace: Pace = CALM, **more: str) -> SmppAccount:
    """An account at this SMSC."""
    secret = folder / "password"
    secret.write_text(more.pop("password", PASSWORD))
    options = Options(
        {
            "host": "127.0.0.1",
            "port": str(port),
            "system_id": SYSTEM_ID,
            "password_file": str(secret),
            "number": "10612345",
            **more,
        }
    )
    made = open_account(options, "smpp", TERMS)
    options.close()
    assert isinstance(made, SmppAccount)
    return SmppAccount(made._account, TERMS, pace)


@asynccontextmanager
async def fed(smpp: SmppAccount, peer: FeedPeer) -> AsyncIterator[FeedPeer]:
    """An account that runs."""
    async with asyncio.timeout(60), smpp, asyncio.TaskGroup() as tasks:
        feeding = tasks.create_task(smpp.feed(peer, peer))
        await eventually(lambda: smpp._links is not None and smpp._links.open == smpp._links.wanted)
        try:
            yield peer
        finally:
            feeding.cancel()
