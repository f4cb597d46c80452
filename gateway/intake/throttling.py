"""Who comes too often, by the limits of the settings.

Over a limit nobody is refused: the use cases store what came, mark it and let others go first.
Keys are keyed hashes: nobody's number or address is told to Redis. Emergencies do not come here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway.core.throttle import Limit, Limits
from gateway.intake.views import moment
from gateway.ports.throttle import CountedThrottle

KEY_BYTES = 12


class Source(StrEnum):
    """Whose address it is: a citizen's own, or that of a platform that brings many citizens'."""

    CITIZEN = "ip"
    PLATFORM = "hook"


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """Where a message came from; without an address that limit is not asked."""

    address: str = ""
    source: Source = Source.CITIZEN


NOWHERE = From()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: by which trunk (empty: a browser), and whether the trunk vouches for the number.

    Numbers that are vouched for (P-Asserted-Identity, RFC 3325) are counted by themselves, so that
    whoever only claims a number uses up nothing of whose it is.
    """

    number: str
    trunk: str = ""
    asserted: bool = False


class Throttling:
    """``message`` and ``call`` say over which limit it is; empty: within all of them.

    ``limits`` by name: identity ip hook account messages number trunk calls; of those that are not
    there nobody is held to.
    """

    def __init__(self, throttle: CountedThrottle, limits: Mapping[str, Limit], key: bytes) -> None:
        self._throttle, self._limits = throttle, limits
        self._secret = key
        self._sets: dict[tuple[str, ...], Limits] = {}

    async def message(self, identity_id: str, account: str, origin: From = NOWHERE) -> str:
        """One message of this citizen."""
        return (await self.messages(identity_id, account, origin, count=1))[1]

    async def messages(
        self, identity_id: str, account: str, origin: From = NOWHERE, *, count: int
    ) -> tuple[int, str]:
        """So many of this citizen at once: how many are within, and what the others are over.

        Nothing is charged for what is over, so at the same moment all that follow are over it, too.
        """
        who = {
            "identity": identity_id,
            origin.source.value: origin.address,
            "account": account,
            "messages": "all",
        }
        for within in range(count):
            over = await self._over(who, more=count - within - 1)
            if over:
                return within, over
        return count, ""

    async def call(self, caller: Caller) -> str:
        """One call; of a caller without a number only the trunk and all are counted."""
        vouched = "asserted" if caller.asserted else "claimed"
        number = f"{caller.trunk} {vouched} {caller.number}" if caller.number else ""
        return await self._over({"number": number, "trunk": caller.trunk, "calls": "all"})

    def view(self) -> dict[str, Any]:
        """For supervisors: each limit, and how many this process held to it; nobody is named."""
        counts = self._throttle.counts
        return {
            "counted_by": self._throttle.counted_by.value,
            "since": moment(counts.since),
            "failures": counts.failures,
            "limits": [
                {
                    "name": name,
                    "count": one.count,
                    "seconds": one.seconds,
                    "burst": one.burst,
                    "asked": counts.asked.get(name, 0),
                    "over": counts.over.get(name, 0),
                }
                for name, one in self._limits.items()
            ],
        }

    async def _over(self, who: Mapping[str, str], more: int = 0) -> str:
        """``more`` are told the same when it is over."""
        names = tuple(name for name, key in who.items() if key and name in self._limits)
        if not names:
            return ""
        limits = self._sets.get(names)
        if limits is None:
            limits = self._sets[names] = Limits(tuple(self._limits[name] for name in names))
        verdict = await self._throttle.ask(limits, [self._key(name, who[name]) for name in names])
        if more and not verdict.passed:
            self._throttle.counts.count(limits, verdict, more)
        return verdict.limit

    def _key(self, name: str, value: str) -> str:
        told = f"{name} {value}".encode()
        return hashlib.blake2b(told, key=self._secret, digest_size=KEY_BYTES).hexdigest()
