"""The complete configuration of a private Asterisk, from the settings.

What each file does is said in the file itself (config/asterisk). Nothing is written here: the
result maps a file's name to its text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.render import Rendered, Value, render
from config.settings import Settings
from gateway.core.queue import Queue
from gateway.ports import PhoneSecrets
from gateway.telephony.ami_users import AmiSecrets, AmiUser
from gateway.telephony.asterisk_program import AsteriskProgram
from gateway.telephony.asterisk_trunks import trunks
from gateway.telephony.edge_config import with_port
from gateway.telephony.emergency_routes import emergency_keys, emergency_lines, routes_of
from gateway.telephony.plan_files import PHONES, PlanFiles, template
from gateway.telephony.slow_callers import slow_values

FILES = (
    "acl.conf",
    "asterisk.conf",
    "ccss.conf",
    "cdr.conf",
    "cel.conf",
    "confbridge.conf",
    "extensions.conf",
    "extensions_emergency.conf",
    "extensions_hotline.conf",
    "extensions_incident.conf",
    "extensions_out.conf",
    "extensions_recorded.conf",
    "extensions_room.conf",
    "extensions_slow.conf",
    "extensions_standing.conf",
    "features.conf",
    "http.conf",
    "indications.conf",
    "logger.conf",
    "manager.conf",
    "modules.conf",
    "musiconhold.conf",
    "pjproject.conf",
    "pjsip.conf",
    "pjsip_hotline.conf",
    "queues.conf",
    "queues_hotline.conf",
    "rtp.conf",
    "stasis.conf",
    "udptl.conf",
)

FAIL_OPEN_RANK = 10
TIMED_OUT_RANK = 50
LOST_SEAT_RANK = 100
"""Places in the fallback queue: who was torn from a seat first, then who waited in vain."""
SLOW_RANK = -1
"""Of callers who are over a limit: behind everybody else; app_queue knows ranks below 0, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskDirs:
    """Where a private Asterisk keeps things. ``sounds`` is what it calls its data folder."""

    etc: Path
    state: Path
    spool: Path
    run: Path
    log: Path
    sounds: Path
    moh: Path
    recordings: Path

    @classmethod
    def under(cls, base: Path, recordings: Path, run: Path | None = None) -> AsteriskDirs:
        """The usual layout; ``run`` lies elsewhere when the socket's path would be too long."""
        base = base.resolve()
        return cls(
            etc=base / "etc",
            state=base / "state",
            spool=base / "spool",
            run=run or base / "run",
            log=base / "log",
            sounds=base / "data",
            moh=base / "moh",
            recordings=recordings.resolve(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskPorts:
    """TCP ports on this machine: manager interface, the flow's FastAGI, the WebSocket."""

    ami: int
    agi: int
    ws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSecrets:
    """``web`` is the value of X-Hotline-Web by which the gateway's own proxy is known.

    ``edge`` begins that of X-Hotline-Edge, by which the SIP proxy of ours is known (edge_config).
    """

    ami: AmiSecrets = field(repr=False)
    web: str = field(repr=False)
    phones: PhoneSecrets
    edge: str = field(default="", repr=False)


REFUSED = 100
"""Calls that are on their way to the busy tone; beyond them Asterisk itself refuses, uncounted."""


TAPS = 4
"""Listeners of one call at the most; Asterisk's own limit counts them."""


def told_at_once(max_calls: int) -> int:
    """How many more callers than ``max_calls`` are told at the same time that it is full."""
    return max(5, max_calls // 4)


def render_asterisk(
    settings: Settings,
    program: AsteriskProgram | None,
    *,
    dirs: AsteriskDirs,
    secrets: AsteriskSecrets,
    queues: Sequence[Queue],
    seats: Sequence[str],
    ports: AsteriskPorts,
    dids: Sequence[str] | None = None,
    system_name: str = "hotline",
) -> dict[str, str]:
    """Every file by name; raises config.errors.ConfigError when a value does not fit.

    ``dids`` are the numbers that citizens dial; None: those of the settings. Without a ``program``
    (an Asterisk that somebody else runs) ``asterisk.conf`` is left out and Opus is not offered,
    since nothing is known of that build.
    """
    asterisk = settings.asterisk
    citizens = asterisk.max_calls
    opus = program is not None and program.has_module("codec_opus_open_source.so")
    values: dict[str, Value] = {
        "etc_dir": dirs.etc,
        "state_dir": dirs.state,
        "spool_dir": dirs.spool,
        "run_dir": dirs.run,
        "log_dir": dirs.log,
        "sounds_dir": dirs.sounds,
        "moh_dir": dirs.moh,
        "recordings_dir": dirs.recordings,
        "modules_dir": program.modules_dir if program else Path("/usr/lib/asterisk/modules"),
        "system_name": system_name,
        "citizens": citizens,
        "told_at_once": told_at_once(citizens),
        "max_calls": (1 + TAPS) * citizens + told_at_once(citizens) + 2 * len(seats) + REFUSED,
        "ami_host": asterisk.ami_host,
        "ami_port": ports.ami,
        **_manager(secrets.ami),
        "ws_host": "127.0.0.1",
        "ws_port": ports.ws,
        "ws_bind": "127.0.0.1",
        "session_limit": asterisk.max_calls + 2 * len(seats) + 50,
        "rtp_start": asterisk.rtp_start,
        "rtp_end": asterisk.rtp_end,
        "sip_bind": with_port(asterisk.sip_host, asterisk.sip_port),
        "agi_host": asterisk.agi_host,
        "agi_port": ports.agi,
        "guard_seconds": asterisk.guard_seconds,
        "hold_seconds": asterisk.hold_seconds,
        "consult_seconds": asterisk.consult_seconds,
        "park_seconds": asterisk.park_seconds,
        "reconnect_seconds": asterisk.reconnect_seconds,
        "fail_open_rank": FAIL_OPEN_RANK,
        "timed_out_rank": TIMED_OUT_RANK,
        "lost_seat_rank": LOST_SEAT_RANK,
        "slow_rank": str(SLOW_RANK),
        "slow_most": max(1, citizens // 2),
        **slow_values(settings.throttle),
    }
    values |= _voicemail(settings)
    routes = routes_of(settings)
    values["emergency_lines"] = emergency_lines(routes)
    values["emergency_keys"] = emergency_keys(routes)
    values["opus_modules"] = Rendered(
        "load = res_format_attr_opus.so\nload = codec_opus_open_source.so" if opus else ""
    )
    values["nat"] = _nat(asterisk.external_media_address)
    values["trunks"] = trunks(settings, secrets.edge)
    values["web_citizen"] = _web(settings, secrets.web, opus=opus)
    plan = PlanFiles(
        queues=queues,
        dids=[one.did for one in settings.number] if dids is None else dids,
        seats=seats,
        phones=secrets.phones,
        web_calls=settings.web.web_calls,
    ).values()
    silence: dict[str, Value] = {
        "browser_silence": asterisk.browser_silence_seconds,
        "desk_silence": asterisk.rtp_timeout_seconds,
        "opus": _opus(offered=opus),
    }
    names = [name for name in FILES if program is not None or name != "asterisk.conf"]
    plan[PHONES] |= silence
    return {name: render(name, template(name), values | plan.get(name, {})) for name in names}


def _one(name: str, values: Mapping[str, Value]) -> Rendered:
    return render(name, template(name), values)


def _manager(secrets: AmiSecrets) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for user in AmiUser:
        name = user.name.lower()
        values |= {f"{name}_user": user.value, f"{name}_secret": secrets[user]}
    return values


def _voicemail(settings: Settings) -> dict[str, Value]:
    """Without voicemail no key leads there, and nobody is told of one."""
    voicemail = settings.voicemail
    keys = _one("extensions_leave.conf", {}) if voicemail.enabled else Rendered()
    busy = "all_busy_leave" if voicemail.enabled else "all_busy"
    hint = "&hotline/leave_hint" if voicemail.enabled else ""
    return {
        "leave_keys": keys,
        "all_busy": f"hotline/{busy}",
        "slow_told": Rendered(f"hotline/many_calls{hint}"),
        "voicemail_seconds": voicemail.most_seconds,
        "voicemail_silence": voicemail.silence_seconds,
    }


def _nat(address: str) -> Rendered:
    return _one("pjsip_nat.conf", {"address": address}) if address else Rendered()


def _web(settings: Settings, secret: str, *, opus: bool) -> Rendered:
    if not settings.web.web_calls:
        return Rendered()
    return _one(
        "pjsip_web.conf",
        {
            "web_secret": secret,
            "rtp_timeout": settings.asterisk.rtp_timeout_seconds,
            "opus": _opus(offered=opus),
        },
    )


def _opus(*, offered: bool) -> Rendered:
    return Rendered("allow = opus" if offered else "")
