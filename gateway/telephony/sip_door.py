"""The doors of SIP, heard and shut over the manager interface: ``ports.Door``.

Shut out means: named in a list of acl.conf which res_pjsip_acl asks before anything else looks at a
request. It is answered 403 without reading it; calls that run go on with their sound. Nothing of it
needs a right on the machine that Asterisk does not have.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from gateway.core.bans import DoorRestored, Knock
from gateway.core.errors import PhonesUnavailable
from gateway.ports import Clock
from gateway.telephony.ami_codec import Value
from gateway.telephony.ami_link import AmiLink, LinkDown, LinkUp
from gateway.telephony.ami_protocol import ActionRefused
from gateway.telephony.ami_security import contact_address, knock

FILE, LIST = "acl.conf", "hotline-banned"
SOURCES_A_LINE = 20
"""A line of the manager interface has at most 1,024 bytes; a network is at most 43."""


class AsteriskDoor:
    """``ports.Door`` on a link of its own, with a user that can do nothing else."""

    def __init__(self, link: AmiLink, clock: Clock) -> None:
        self._link, self._clock = link, clock

    async def knocks(self) -> AsyncIterator[Knock | DoorRestored]:
        """Who tries; the first thing after each login is DoorRestored."""
        async for heard in self._link.messages():
            now = self._clock.now()
            if isinstance(heard, LinkUp):
                yield DoorRestored(at=now)
            elif not isinstance(heard, LinkDown) and (said := knock(heard, now)) is not None:
                yield said

    async def phones_at(self) -> frozenset[str]:
        """The addresses from which phones of ours are registered."""
        try:
            contacts = await self._link.act_list("PJSIPShowContacts")
        except ActionRefused:
            return frozenset()  # so it says that there is none
        return frozenset(contact_address(one.get("Uri")) for one in contacts) - {""}

    async def shut_out(self, sources: Sequence[str]) -> None:
        """These networks and no others."""
        starts = range(0, len(sources), SOURCES_A_LINE)
        lists = [",".join(sources[at : at + SOURCES_A_LINE]) for at in starts]
        change: dict[str, Value] = {"Action-000000": "EmptyCat", "Cat-000000": LIST}
        for number, line in enumerate(lists, 1):
            change[f"Action-{number:06}"] = "Append"
            change[f"Cat-{number:06}"] = LIST
            change[f"Var-{number:06}"] = "deny"
            change[f"Value-{number:06}"] = line
        answer = await self._link.act("UpdateConfig", SrcFilename=FILE, DstFilename=FILE, **change)
        # UpdateConfig can reload too, but does not say when another reload kept it from it.
        if not answer.ok or not (await self._link.act("Reload", Module="acl")).ok:
            raise PhonesUnavailable("the list of who is shut out was refused")
