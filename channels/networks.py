"""Networks that an account's platform writes from, and whether an address is of them. PURE."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from channels.options import Options

Network = IPv4Network | IPv6Network


def networks_of(options: Options, key: str, default: str | None = None) -> tuple[Network, ...]:
    """The networks of an option, between spaces or commas; each that is none is a problem."""
    found: list[Network] = []
    for word in options.text(key, default=default).replace(",", " ").split():
        try:
            found.append(ip_network(word))
        except ValueError:
            options.say(key, f"不是 IP 地址或网段：{word}", f"no address or network: {word}")
    return tuple(found)


def within(address: str, networks: Collection[Network]) -> bool:
    """Whether it is of one of them; one of IPv4 may be written as IPv6 (RFC 4291 2.5.5.2)."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    here = getattr(found, "ipv4_mapped", None) or found
    return any(here in network for network in networks)
