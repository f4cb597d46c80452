"""The edge's configuration, from the settings. What it does is said in config/edge.

Nothing is written here. Carriers are known to the edge by their networks; Asterisk knows the edge
by a header that holds a secret of this run and the trunk's name, and that comes from nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from ipaddress import IPv6Network, ip_address, ip_network
from pathlib import Path

from config.render import Rendered, Value, render, render_each
from config.settings import Settings

MAIN, TRUNK = "kamailio.cfg", "kamailio_trunk.cfg"
CHILDREN = 4
SILENT_MS = 3000
"""Asterisk says "trying" within milliseconds; one that is silent for so long is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeDoor:
    """How edge and Asterisk find each other in one run."""

    inner_port: int
    secret: str = field(repr=False)


def upstream(settings: Settings) -> str:
    """The address at which the edge reaches Asterisk, and is reached by it."""
    host = settings.asterisk.sip_host
    if not ip_address(host).is_unspecified:
        return host
    return "::1" if ":" in host else "127.0.0.1"


def public(settings: Settings) -> str:
    """The address that carriers are told, for signalling and for sound."""
    return settings.asterisk.external_media_address or settings.edge.host


def with_port(host: str, port: int) -> str:
    """``host:port``, IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def render_edge(settings: Settings, modules: Path, door: EdgeDoor) -> str:
    """The whole file; raises config.errors.ConfigError when a value does not fit."""
    edge, asterisk = settings.edge, settings.asterisk
    inside = upstream(settings)
    outside = public(settings)
    values: dict[str, Value] = {
        "bind": with_port(edge.host, edge.port),
        "advertise": Rendered(
            f" advertise {with_port(outside, edge.port)}" if outside != edge.host else ""
        ),
        "inner": with_port(inside, door.inner_port),
        "inner_port": door.inner_port,
        "asterisk": with_port(inside, asterisk.sip_port),
        "asterisk_ip": Rendered(f"[{inside}]") if ":" in inside else inside,
        "modules_dir": modules,
        "children": CHILDREN,
        "silent_ms": SILENT_MS,
        "secret": door.secret,
        "retry_after": edge.retry_after_seconds,
        "trunks": render_each(TRUNK, _template(TRUNK), _trunks(settings)),
    }
    return render(MAIN, _template(MAIN), values)


def _trunks(settings: Settings) -> list[Mapping[str, Value]]:
    """The widest network first: of all that fit the last one counts."""
    networks = [
        (ip_network(network), trunk.name) for trunk in settings.trunk for network in trunk.match
    ]
    networks.sort(key=lambda one: one[0].prefixlen)
    return [{"network": _network(network), "name": name} for network, name in networks]


def _network(network: object) -> Rendered:
    if isinstance(network, IPv6Network):
        return Rendered(f"[{network.network_address}]/{network.prefixlen}")
    return Rendered(str(network))


def _template(name: str) -> str:
    return (files("config") / "edge" / f"{name}.in").read_text(encoding="utf-8")
