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


def _means_all(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False
