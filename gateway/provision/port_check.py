"""Whether the ports we need are free, and who has them if not; before anything is started."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

from config.settings import Settings
from gateway.core.errors import Problem

PROC = Path("/proc")


def busy_ports(settings: Settings) -> tuple[Problem, ...]:
    """One Problem for every port that somebody else holds; ``pointer`` is the setting to change.

    A single RTP port in use is harmless (Asterisk takes the next); only a range that is mostly
    taken is a problem: another Asterisk with the same range.
    """
    web, asterisk = settings.web, settings.asterisk
    problems = []
    if not _free(socket.SOCK_STREAM, web.host, web.port):
        problems.append(_busy("web.port", web.port, "tcp"))
    if asterisk.managed:
        problems += _busy_sip("asterisk.sip_port", asterisk.sip_host, asterisk.sip_port)
        if settings.edge.enabled:
            problems += _busy_sip("edge.port", settings.edge.host, settings.edge.port)
        ports = range(asterisk.rtp_start, asterisk.rtp_end + 1)
        bound = _bound("udp")
        taken = [port for port in ports if port in bound]
        if taken and len(taken) * 2 > len(ports):
            problems.append(_busy("asterisk.rtp_start", taken[0], "udp"))
    return tuple(problems)


def _busy_sip(setting: str, host: str, port: int) -> list[Problem]:
    """SIP is spoken over both; one sentence is enough."""
    for kind, name in ((socket.SOCK_DGRAM, "udp"), (socket.SOCK_STREAM, "tcp")):
        if not _free(kind, host, port):
            return [_busy(setting, port, name)]
    return []


def _free(kind: socket.SocketKind, host: str, port: int) -> bool:
    try:
        family = socket.getaddrinfo(host, port, type=kind)[0][0]
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                # as the server will: ports of connections that are only closing count as free
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            if kind == socket.SOCK_STREAM:
                probe.listen(1)
    except OSError:
        return False
    return True


def _busy(setting: str, port: int, protocol: str) -> Problem:
    holder = _holder(port, protocol)
    zh = f"（被 {holder} 占用）" if holder else ""
    en = f" by {holder}" if holder else ""
    return Problem(
        pointer=setting,
        code="port-busy",
        zh=f"端口 {port}/{protocol} 不可用{zh}。请停止占用它的程序，或修改设置 {setting}。",
        en=f"Port {port}/{protocol} cannot be used, it is taken{en}. Stop that program, or "
        f"change the setting {setting}.",
    )


def _bound(protocol: str) -> dict[int, str]:
    """Local port → socket inode, of sockets that wait (proc(5): net/tcp, net/udp)."""
    found = {}
    for name in (protocol, f"{protocol}6"):
        for line in _lines(PROC / "net" / name):
            words = line.split()
            # 0A: listening; 07: an unconnected datagram socket
            if len(words) > 9 and words[3] in {"0A", "07"}:
                found[int(words[1].rpartition(":")[2], 16)] = words[9]
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()[1:]
    except OSError:
        return []


def _holder(port: int, protocol: str) -> str:
    """``name (process id)``; empty when it is somebody else's and /proc does not tell."""
    inode = _bound(protocol).get(port)
    if not inode:
        return ""
    for process in _processes():
        if f"socket:[{inode}]" in _open_files(process):
            name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
            return f"{name} ({process.name})"
    return ""


def _open_files(process: Path) -> set[str]:
    """What its descriptors point to; nothing of somebody else's process or one that has gone."""
    found = set()
    with suppress(OSError):
        for link in list((process / "fd").iterdir()):
            with suppress(OSError):
                found.add(str(link.readlink()))
    return found


def _processes() -> list[Path]:
    return [path for path in PROC.iterdir() if path.name.isdecimal()]
