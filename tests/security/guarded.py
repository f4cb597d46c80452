"""A real Asterisk with our guard at its doors, and a scanner that knocks.

The scanner comes from loopback addresses other than 127.0.0.1, which is never shut out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from config.settings import Trunk
from gateway.clock import SystemClock
from gateway.core.bans import BanRules, Bans
from gateway.intake.guard import Guard
from gateway.simulate.errors import NobodyAnswered, Refused
from gateway.simulate.phone import SipPhone
from gateway.store import SqlStore, open_store
from gateway.telephony.ami_link import AmiLink, LinkState
from gateway.telephony.ami_users import AmiUser
from gateway.telephony.sip_door import AsteriskDoor
from tests.asterisk_world import AsteriskWorld, asterisk_world
from tests.eventually import eventually

CARRIER, SCANNER, OFFICE = "127.0.0.2", "127.0.0.3", "127.0.0.4"
TRUNKS = (Trunk(name="city", match=(f"{CARRIER}/32",)),)


@dataclass
class Guarded:
    """An Asterisk, its guard and where the guard's facts are."""

    asterisk: AsteriskWorld
    guard: Guard
    store: SqlStore

    def outside(self) -> list[str]:
        """Who is shut out."""
        return [ban.source for ban in self.guard.bans.held()]

    async def registers(self, user: str, password: str, host: str = SCANNER) -> int:
        """What a REGISTER with this password is answered with."""
        async with SipPhone(user, self.asterisk.sip, password, host=host) as phone:
            try:
                await phone.register()
            except Refused as refused:
                return refused.code
            return 200

    async def asks(self, host: str, user: str = "nobody") -> int:
        """What an OPTIONS from there is answered with."""
        async with SipPhone(user, self.asterisk.sip, host=host) as phone:
            try:
                return (await phone.options()).code
            except NobodyAnswered:
                return 0


@asynccontextmanager
async def guard_at(
    asterisk: AsteriskWorld, folder: Path, rules: BanRules | None = None
) -> AsyncIterator[Guarded]:
    """One life of a gateway's guard; its store stays in ``folder``."""
    link = AmiLink(
        host="127.0.0.1",
        port=asterisk.ami_port,
        user=AmiUser.GUARD,
        secret=asterisk.ami_secrets[AmiUser.GUARD],
    )
    clock = SystemClock()
    async with open_store("", data_dir=folder, clock=clock) as store, link:
        bans = Bans([ip_network(f"{CARRIER}/32")], rules)
        guard = Guard(store, AsteriskDoor(link, clock), clock, bans)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(guard.run())
            await eventually(lambda: link.state is LinkState.UP)
            yield Guarded(asterisk, guard, store)
            running.cancel()


@asynccontextmanager
async def guarded(folder: Path, rules: BanRules | None = None) -> AsyncIterator[Guarded]:
    """An Asterisk and the guard at its doors; the carrier is at CARRIER."""
    async with (
        asterisk_world(folder, trunks=TRUNKS) as asterisk,
        guard_at(asterisk, folder, rules) as it,
    ):
        yield it
