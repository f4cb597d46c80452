"""What the edge may be, and what does not fit beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from config.allowed import Rule, Says, address, between, optional
from config.settings import Settings

EDGE_RULES: dict[str, dict[str, Rule]] = {
    "EdgeSettings": {
        "host": optional(address),
        "port": between(1, 65535),
        "retry_after_seconds": between(1, 3600),
    },
}
OURS_ONLY: Says = (
    "只能与自带的 Asterisk 一起使用（asterisk.managed = true）",
    "works only with an Asterisk of ours (asterisk.managed = true)",
)


def edge_relations(settings: Settings) -> Iterator[tuple[str, Says]]:
    """One address, a door of its own, and an Asterisk that is ours."""
    edge, asterisk = settings.edge, settings.asterisk
    if not edge.enabled:
        return
    if not asterisk.managed:
        yield "edge.enabled", OURS_ONLY
    if not edge.host or _means_all(edge.host):
        yield (
            "edge.host",
            (
                "须写运营商能到达的本机地址，例如 10.0.0.5；不能是 0.0.0.0",
                "must be this machine's address that carriers reach, like 10.0.0.5; not 0.0.0.0",
            ),
        )
    elif asterisk.sip_port == edge.port and (
        asterisk.sip_host == edge.host or _means_all(asterisk.sip_host)
    ):
        yield (
            "asterisk.sip_port",
            (
                "这个端口已归 edge；请为 Asterisk 另选一个，例如 5080",
                "this port is the edge's; choose another for Asterisk, 5080 for example",
            ),
        )
    leads_out = any(trunk.host for trunk in settings.trunk)
    if leads_out and _is_loopback(asterisk.sip_host) and not _is_loopback(edge.host):
        yield (
            "asterisk.sip_host",
            (
                "外呼从 Asterisk 自己的地址发出：有中继写了 host 时不能是 127.0.0.1",
                "calls go out from Asterisk's own address: not 127.0.0.1 if a trunk has a host",
            ),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _means_all(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False
