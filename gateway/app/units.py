"""Units for systemd: the keeper with an Asterisk of ours, or the gateway beside another's."""

import math
from importlib.resources import files
from pathlib import Path

from config.errors import ConfigError, Problem
from config.render import Rendered, render
from config.settings import Settings
from gateway.app.from_settings import media_of, recordings_of
from gateway.app.watchdog import BEAT_SECONDS, STALL_SECONDS

STATE_HOME = Path("/var/lib")
FIRST_OPEN_PORT = 1024


def unit_name(settings: Settings) -> str:
    """The unit's file name, by who runs Asterisk."""
    return "hotline.service" if settings.asterisk.managed else "hotline-gateway.service"


def unit(settings: Settings, config: Path, *, python: Path, folder: Path, user: str) -> str:
    """The unit's text. ``folder`` is the checkout; raises ConfigError for what cannot go in.

    The gateway never runs as root: whoever breaks into it must not own the machine.
    """
    if user == "root":
        wrong = "热线不能以 root 运行：请用 --user 指定专用账户"
        raise ConfigError(Problem("", "user", wrong, "the hotline never runs as root: name a user"))
    name = unit_name(settings) + ".in"
    common = {
        "user": user,
        "folder": _plain(folder),
        "state": Rendered(_state(settings)),
        "capabilities": Rendered(_capabilities(settings)),
    }
    values = {
        "python": _plain(python),
        "config": _plain(config),
        "common": Rendered(render("common.in", _template("common.in"), common).rstrip()),
    }
    if not settings.asterisk.managed:
        values["watchdog_seconds"] = str(math.ceil(STALL_SECONDS + BEAT_SECONDS))
    return render(name, _template(name), values)


def _template(name: str) -> str:
    return (files("config") / "systemd" / name).read_text("utf-8")


def _state(settings: Settings) -> str:
    """Where it may write: nowhere else."""
    data = settings.data_dir.resolve()
    more = dict.fromkeys(one.resolve() for one in (recordings_of(settings), media_of(settings)))
    lines = []
    if data.parent == STATE_HOME:
        lines += [f"StateDirectory={data.name}", "StateDirectoryMode=0700"]
    else:
        lines.append(_writable(data))
    lines += [_writable(folder) for folder in more if not folder.is_relative_to(data)]
    return "\n".join(lines)


def _writable(path: Path) -> str:
    return render("state", 'ReadWritePaths="@@{path}"', {"path": _plain(path)})


def _capabilities(settings: Settings) -> str:
    """None, unless a port below 1024 must be bound."""
    ports = (settings.web.port, settings.asterisk.sip_port)
    if not any(0 < port < FIRST_OPEN_PORT for port in ports):
        return "CapabilityBoundingSet="
    needed = "CAP_NET_BIND_SERVICE"
    return f"CapabilityBoundingSet={needed}\nAmbientCapabilities={needed}"


def _plain(path: Path) -> str:
    """A percent sign begins one of systemd's specifiers; two are one."""
    return str(path).replace("%", "%%")
