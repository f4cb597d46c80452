"""Who is at the other end, for counting. PURE.

X-Forwarded-For counts only from a proxy that the settings name, and only its last entry that is not
such a proxy (OWASP ASVS 5.0, 4.1.3). An IPv6 site has a /64, so that is what is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"
MOST_REMEMBERED = 4096
"""Addresses whose text is not read again."""


def networks(named: Sequence[str]) -> tuple[Network, ...]:
    """The proxies of the settings; raises ValueError for what is no address."""
    return tuple(ip_network(one, strict=False) for one in named)


def counted_address(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """The address to count; ``forwarded`` is the X-Forwarded-For header, empty without one."""
    if not forwarded:
        return _counted_peer(peer)
    here = _parsed(peer)
    hops = [_parsed(hop.strip()) for hop in forwarded.split(",")[-8:]]
    while here is not None and any(here in proxy for proxy in proxies) and hops:
        here = hops.pop()
    return _counted(here)


@lru_cache(maxsize=MOST_REMEMBERED)
def _counted_peer(peer: str) -> str:
    return _counted(_parsed(peer))


def _counted(here: IPv4Address | IPv6Address | None) -> str:
    if here is None:
        return UNKNOWN
    if isinstance(here, IPv6Address):
        return str(ip_network((here, 64), strict=False))
    return str(here)


def is_proxy(peer: str, proxies: Sequence[Network]) -> bool:
    """Whether this peer is one of the named proxies."""
    here = _parsed(peer)
    return here is not None and any(here in proxy for proxy in proxies)


@lru_cache(maxsize=MOST_REMEMBERED)
def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
