"""A waiting caller asks by key to be called back in their turn (R31, No. 66)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.telephony.ami_users import AmiUser
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ, asterisk_world
from tests.eventually import eventually, remains
from tests.raw_ami import raw_ami
from tests.worlds.talk import NUMBER, citizen_phone, told_in_no_log

pytestmark = pytest.mark.asterisk


async def test_only_who_can_be_called_back_may_hang_up_for_it(tmp_path: Path) -> None:
    """Without a gateway to note it, or a number, the key does nothing: they keep their place."""
    async with (
        asterisk_world(tmp_path) as world,
        citizen_phone(world) as phone,
    ):
        known = await phone.call("12345")
        hidden = await phone.call("12345", from_number="anonymous")
        await eventually(lambda: known.heard.hears(MUSIC_HZ, 0.3), 10)
        await eventually(lambda: hidden.heard.hears(MUSIC_HZ, 0.3), 10)
        known.press("1")
        await remains(lambda: not world.ami.seen("UserEvent", UserEvent="HotlineQueueLeft"), 1.0)
        secret = world.ami_secrets[AmiUser.EVENTS]
        async with raw_ami(world.ami_port, AmiUser.EVENTS, secret):
            hidden.press("1")
            known.press("1")
            wanted = await world.ami.event("UserEvent", UserEvent="HotlineCallbackWanted")
            await eventually(lambda: known.heard.hears(PROMPT_HZ, 0.3))
            await known.ended(10)
        left = world.ami.seen("UserEvent", UserEvent="HotlineQueueLeft")
        assert [(one["HotlineId"], one["Status"]) for one in left] == [(wanted["HotlineId"], "KEY")]
        assert hidden.heard.hears(MUSIC_HZ, 0.3)
        assert not hidden.has_ended
        assert told_in_no_log(world, NUMBER)
