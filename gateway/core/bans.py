"""Who guesses at the telephone's doors, and for how long they stay outside. PURE.

A source is what is counted and shut out: one IPv4 address, or the /64 of an IPv6 site. Failures of
one source within a window earn a ban of some minutes; each next one is twice as long. A phone that
gets in takes its source's failures back, and some networks are never shut out at all: a carrier's
address can be forged in a UDP packet, and nobody may talk us into hanging up on the carrier.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

HOUSE = (ip_network("127.0.0.1/32"), ip_network("::1/128"))
"""This machine: citizens' and seats' browsers come from here, through our own proxy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BanRules:
    """How much is too much.

    ``failures`` within ``window_seconds`` shut a source out for ``first_seconds``, then twice as
    long up to ``longest_seconds``; who was quiet for that long begins anew. A telephone with a
    mistyped password makes two failures each half minute: it is not shut out.
    """

    failures: int = 20
    window_seconds: float = 60.0
    first_seconds: float = 300.0
    longest_seconds: float = 24 * 3600.0
    sources: int = 10_000
    bans: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """``source`` stays outside until ``until``; it is the ``times``-th time."""

    source: str
    since: datetime
    until: datetime
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """Somebody showed a name and a password to the telephone system, and got in or did not."""

    address: str
    got_in: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRestored:
    """The telephone system can be asked again; what it was told before may be forgotten."""

    at: datetime


class Bans:
    """The table: bounded, forgetting by itself. The caller brings the time."""

    def __init__(self, never: Iterable[Network] = (), rules: BanRules | None = None) -> None:
        self._never = (*HOUSE, *never)
        self._rules = rules or BanRules()
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._held: dict[str, Ban] = {}
        self._past: OrderedDict[str, Ban] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failures) + len(self._held) + len(self._past)

    def failed(self, address: str, now: datetime) -> str:
        """Count a failure; gives the source when it has earned a ban by it, else nothing."""
        source = source_of(address, self._never)
        if not source or source in self._held:
            return ""
        times = self._failures.pop(source, None) or deque(maxlen=self._rules.failures)
        times.append(now)
        self._failures[source] = times
        while len(self._failures) > self._rules.sources:
            self._failures.popitem(last=False)
        window = timedelta(seconds=self._rules.window_seconds)
        return source if len(times) == self._rules.failures and now - times[0] <= window else ""

    def forgive(self, address: str) -> None:
        """A phone of ours is there: what failed before was a slip."""
        self._failures.pop(source_of(address, self._never), None)

    def ban(self, source: str, now: datetime) -> Ban:
        """Shut a source out. The one that would end first goes when there are too many."""
        times = self._times(source, now) + 1
        seconds = min(
            self._rules.first_seconds * 2.0 ** min(times - 1, 30), self._rules.longest_seconds
        )
        made = Ban(source=source, since=now, until=now + timedelta(seconds=seconds), times=times)
        self._hold(made)
        return made

    def restore(self, bans: Iterable[Ban], now: datetime) -> None:
        """What was so before we began, oldest first: held, or remembered for the next time."""
        for one in bans:
            if source_of(one.source.partition("/")[0], self._never) == one.source:
                self._hold(one)
        self.end(now)

    def lift(self, source: str) -> bool:
        """Let a source in again, as if nothing had been; whether it was outside."""
        self._failures.pop(source, None)
        self._past.pop(source, None)
        return self._held.pop(source, None) is not None

    def end(self, now: datetime) -> bool:
        """Let in whose time is over; whether there was one."""
        over = [one for one in self._held.values() if one.until <= now]
        for one in over:
            self._remember(self._held.pop(one.source))
        return bool(over)

    def held(self) -> tuple[Ban, ...]:
        """Who is outside, the first to come back first."""
        return tuple(sorted(self._held.values(), key=lambda one: (one.until, one.source)))

    def _hold(self, ban: Ban) -> None:
        self._failures.pop(ban.source, None)
        self._past.pop(ban.source, None)
        self._held[ban.source] = ban
        while len(self._held) > self._rules.bans:
            self._remember(self._held.pop(self.held()[0].source))

    def _remember(self, ban: Ban) -> None:
        self._past[ban.source] = ban
        while len(self._past) > self._rules.sources:
            self._past.popitem(last=False)

    def _times(self, source: str, now: datetime) -> int:
        """How often it was outside lately."""
        before = self._held.get(source) or self._past.get(source)
        quiet = timedelta(seconds=self._rules.longest_seconds)
        return before.times if before is not None and now - before.until <= quiet else 0


def source_of(address: str, never: Sequence[Network] = ()) -> str:
    """What is counted for this address, as a network; empty for what is none or is never shut out.

    An IPv6 site has a /64; an IPv4 address written as IPv6 is that one (RFC 4291, 2.5.5.2).
    """
    try:
        here = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if here.version == 6 and here.ipv4_mapped:
        here = here.ipv4_mapped
    if here.is_unspecified or here.is_multicast:
        return ""
    network = ip_network((here, 64 if here.version == 6 else 32), strict=False)
    if any(network.version == one.version and network.overlaps(one) for one in never):
        return ""
    return str(network)
