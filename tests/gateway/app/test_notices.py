"""sd_notify(3), spoken to a real datagram socket and heard from one."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from gateway.app.notices import Notifier, listening
from tests.eventually import eventually, others_run


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """A peer that listens as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as peer:
        path = os.path.relpath(tmp_path / "n")  # a UNIX socket's path is short
        peer.bind(path)
        peer.settimeout(5)
        yield path, peer


def test_each_word_is_one_datagram(supervisor: tuple[str, socket.socket]) -> None:
    """Exactly the assignments of the manual; a status is one line of UTF-8."""
    path, peer = supervisor
    notifier = Notifier(path)
    notifier.status("正在启动 / starting\nREADY=1")
    notifier.ready()
    notifier.beat()
    notifier.stopping()
    assert [peer.recv(4096).decode() for _ in range(4)] == [
        "STATUS=正在启动 / starting READY=1",
        "READY=1",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_an_abstract_address_is_spoken_to() -> None:
    """A leading @ stands for the kernel's zero byte."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as peer:
        peer.bind("")  # the kernel chooses an abstract name
        peer.settimeout(5)
        Notifier("@" + peer.getsockname()[1:].decode()).ready()
        assert peer.recv(100) == b"READY=1"


def test_the_supervisor_is_taken_out_of_the_environment(
    supervisor: tuple[str, socket.socket],
) -> None:
    """No child can speak in our name, and ours still reaches it."""
    path, peer = supervisor
    environ = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1", "LANG": "C"}
    Notifier.of(environ).ready()
    assert environ == {"LANG": "C"}
    assert peer.recv(100) == b"READY=1"


def test_nobody_needs_to_listen(supervisor: tuple[str, socket.socket], tmp_path: Path) -> None:
    """No supervisor, one that is gone, one that never reads: nothing is raised, nobody waits."""
    Notifier.of({}).ready()
    Notifier(str(tmp_path / "gone")).ready()
    path, peer = supervisor
    notifier = Notifier(path)
    for _ in range(2000):
        notifier.beat()
    while peer.recv(100) == b"WATCHDOG=1":
        peer.setblocking(False)
        try:
            peer.recv(100, socket.MSG_PEEK)
        except BlockingIOError:
            break
    notifier.stopping()
    assert peer.recv(100) == b"STOPPING=1"


async def test_a_child_is_heard_and_nobody_else_can_speak_for_it() -> None:
    """Every assignment of a datagram; the socket's folder is for this user alone and goes away."""
    heard: list[dict[str, str]] = []
    async with listening(lambda said: heard.append(dict(said))) as environment:
        path = Path(environment["NOTIFY_SOCKET"])
        assert S_IMODE(path.parent.stat().st_mode) == 0o700
        Notifier.of(dict(environment)).ready()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as raw:
            raw.sendto(b"WATCHDOG=1\nSTATUS=\xff=\nnoise", str(path))
        await eventually(lambda: len(heard) == 2)
    assert heard == [{"READY": "1"}, {"WATCHDOG": "1", "STATUS": "\ufffd=", "noise": ""}]
    assert not path.parent.exists()
    await others_run()
