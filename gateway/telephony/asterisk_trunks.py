"""Carriers as Asterisk knows them: by address, or behind the edge by the edge's word."""

from __future__ import annotations

from collections.abc import Mapping

from config.edge_rules import OURS_ONLY
from config.errors import ConfigError, Problem
from config.render import Rendered, Value, render
from config.settings import Settings, Trunk
from gateway.telephony.edge_config import public
from gateway.telephony.plan_files import each, template


def trunks(settings: Settings, secret: str) -> Rendered:
    """Behind the edge a carrier is known by the edge's word, else by its address."""
    edge = settings.edge.enabled
    if edge and not secret:
        raise ConfigError(Problem("", "edge.enabled", *OURS_ONLY))
    sound = _part("pjsip_trunk_sound.conf", {"address": public(settings)}) if edge else Rendered()
    rows: list[Mapping[str, Value]] = [
        {
            "name": trunk.name,
            "identify_by": "header" if edge else "ip",
            "rtp_timeout": settings.asterisk.rtp_timeout_seconds,
            "matches": _part("pjsip_trunk_edge.conf", {"secret": secret, "name": trunk.name})
            if edge
            else each("pjsip_trunk_match.conf", [{"network": net} for net in trunk.match]),
            "sound": sound,
            "outgoing": _outgoing(trunk, edge=edge),
        }
        for trunk in settings.trunk
    ]
    return each("pjsip_trunk.conf", rows)


def _outgoing(trunk: Trunk, *, edge: bool) -> Rendered:
    """A transport named there would bind the sound of calls that come in by the edge, too."""
    if not trunk.host:
        return Rendered()
    leaves_by = Rendered("" if edge else f"transport = {trunk.transport}")
    return _part(
        "pjsip_trunk_out.conf",
        {
            "name": trunk.name,
            "address": trunk.host,
            "transport": trunk.transport,
            "leaves_by": leaves_by,
            "qualify_seconds": trunk.qualify_seconds,
        },
    )


def _part(name: str, values: Mapping[str, Value]) -> Rendered:
    return render(name, template(name), values)
