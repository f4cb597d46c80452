"""Whoever takes an outgoing trunk's calls: telephones at ports of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from config.settings import Trunk
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Policy
from gateway.telephony.free_port import free_port

NOBODY_IN = "127.0.0.9/32"
"""What comes from a trunk that only takes calls."""


class FarEnd:
    """One trunk: its settings, and the telephone behind it once ``far_ends`` has opened it."""

    def __init__(self, name: str, policy: Policy | None) -> None:
        self.name, self.policy, self.port = name, policy, free_port()
        self.phone: SipPhone

    def trunk(self) -> Trunk:
        """What the settings say; asked whether it is there every second."""
        host = f"127.0.0.1:{self.port}"
        return Trunk(name=self.name, match=(NOBODY_IN,), host=host, qualify_seconds=1)


class FarEnds(dict[str, FarEnd]):
    """The ends by name. ``asterisk`` is what their world needs to know of them."""

    def __init__(self, policies: Mapping[str, Policy | None]) -> None:
        super().__init__({name: FarEnd(name, policy) for name, policy in policies.items()})
        self._sip_port = free_port()

    @property
    def asterisk(self) -> dict[str, Any]:
        """Arguments of ``asterisk_world``: these trunks beside that of the citizens."""
        trunks = (Trunk(name="local"), *(end.trunk() for end in self.values()))
        return {"trunks": trunks, "sip_port": self._sip_port}

    async def open(self, stack: AsyncExitStack) -> None:
        """The telephones are there."""
        for end in self.values():
            if end.policy is not None:
                server = ("127.0.0.1", self._sip_port)
                phone = SipPhone("110", server, on_invite=end.policy, port=end.port)
                end.phone = await stack.enter_async_context(phone)


@asynccontextmanager
async def far_ends(policies: Mapping[str, Policy | None]) -> AsyncIterator[FarEnds]:
    """A telephone for each trunk by name; None: nobody is there, the trunk is dead."""
    async with AsyncExitStack() as stack:
        ends = FarEnds(policies)
        await ends.open(stack)
        yield ends
