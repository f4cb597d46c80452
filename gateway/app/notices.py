"""Words between a program and its supervisor: sd_notify(3), spoken and heard.

Datagrams of ``NAME=value`` lines to the UNIX socket that the environment names. Our supervisor is
systemd or the keeper, who speaks the same; nobody needs to listen.
"""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

SOCKET_VARIABLE = "NOTIFY_SOCKET"
WATCHDOG_VARIABLES = ("WATCHDOG_USEC", "WATCHDOG_PID")
MOST_BYTES = 4096

Heard = Callable[[Mapping[str, str]], None]


class Notifier:
    """Tells the supervisor how we are; silently nothing where there is none.

    It never waits: a supervisor that does not read misses words, and hears the next ones.
    """

    def __init__(self, address: str = "") -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    @classmethod
    def of(cls, environ: MutableMapping[str, str]) -> "Notifier":
        """The supervisor this environment names; taken out of it: no child speaks for us."""
        for name in WATCHDOG_VARIABLES:
            environ.pop(name, None)
        return cls(environ.pop(SOCKET_VARIABLE, ""))

    def ready(self) -> None:
        """Everything is open."""
        self._say("READY=1")

    def stopping(self) -> None:
        """The end has begun."""
        self._say("STOPPING=1")

    def beat(self) -> None:
        """We are alive."""
        self._say("WATCHDOG=1")

    def status(self, line: str) -> None:
        """One line for whoever looks (``systemctl status``)."""
        self._say("STATUS=" + line.replace("\n", " "))

    def _say(self, line: str) -> None:
        if not self._address:
            return
        with suppress(OSError), _datagrams() as mouth:
            mouth.sendto(line.encode()[:MOST_BYTES], self._address)


def _datagrams() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        lines = data[:MOST_BYTES].decode("utf-8", "replace").splitlines()
        self._heard({name: value for name, _, value in (line.partition("=") for line in lines)})


@asynccontextmanager
async def listening(heard: Heard) -> AsyncIterator[dict[str, str]]:
    """Hear one child; gives what its environment must hold.

    The socket lies in a folder that only this user can enter: nobody else beats for the child.
    """
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        path = str(Path(folder) / "notify")
        ear = _datagrams()
        ear.bind(path)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Ear(heard), sock=ear)
        try:
            yield {SOCKET_VARIABLE: path}
        finally:
            transport.close()
