"""Kannel, an ESME that others wrote: bearerbox holds the connection, smsbox speaks HTTP with us.

Its words for a citizen's text are octets and their charset (``%b``, ``%C``): in ``%a`` it drops
the octet 0x0D, which 不 (4E 0D) has, and makes one space of many.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from aiohttp import ClientError, ClientSession, web

from gateway.telephony.free_port import free_port
from tests.eventually import eventually
from tests.needs import absent
from tests.peers.smsc_smpp_peer import PASSWORD, SYSTEM_ID

START_SECONDS = 10
START_TRIES = 3
DELIVERED, FAILED, ACKNOWLEDGED = 1, 2, 8
"""Kannel's kinds of a report (its user guide, "Delivery reports")."""

CONFIG = """
group = core
admin-port = {admin}
admin-password = kannel
admin-interface = 127.0.0.1
smsbox-port = {box}
smsbox-interface = 127.0.0.1
dlr-storage = internal
log-file = {folder}/bearerbox.log
log-level = 1

group = smsc
smsc = smpp
host = 127.0.0.1
port = {port}
transceiver-mode = true
smsc-username = {user}
smsc-password = {password}
system-type = ""
enquire-link-interval = 1
reconnect-delay = 1
dest-addr-ton = 1
dest-addr-npi = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}
sendsms-interface = 127.0.0.1
log-file = {folder}/smsbox.log
log-level = 1

group = sendsms-user
username = tester
password = tester
max-messages = 8
concatenation = true

group = sms-service
keyword = default
catch-all = yes
max-messages = 0
get-url = "{ours}/came?from=%p&to=%P&charset=%C&octets=%b"
"""


class Kannel:
    """``send`` a text; ``came`` is what citizens wrote, ``reports`` what became of what left."""

    def __init__(self, http: int) -> None:
        self._http = http
        self.ours = ""
        self.came: list[tuple[str, str]] = []
        self.reports: list[tuple[int, str]] = []

    async def heard(self, request: web.Request) -> web.Response:
        """What smsbox tells us."""
        said = dict(parse_qsl(request.rel_url.raw_query_string, encoding="latin-1"))
        if request.path == "/came":
            text = said["octets"].encode("latin-1").decode(said["charset"])
            self.came.append((said["from"].lstrip("+"), text))
        else:
            self.reports.append((int(said["type"]), said["id"]))
        return web.Response(text="")

    async def ready(self) -> bool:
        """Whether sendsms is there and knows its user: then it misses the receiver (400)."""
        url = f"http://127.0.0.1:{self._http}/cgi-bin/sendsms?username=tester&password=tester"
        with suppress(ClientError):
            async with ClientSession() as session, session.get(url) as answer:
                return answer.status == 400
        return False

    async def send(self, text: str, to: str) -> int:
        """The HTTP status of its sendsms: 202, it has it."""
        words = {
            "username": "tester",
            "password": "tester",
            "from": "10612345",
            "to": to,
            "coding": "2",
            "charset": "UTF-8",
            "text": text,
            "dlr-mask": "31",
            "dlr-url": f"{self.ours}/report?type=%d&id=%F",
        }
        url = f"http://127.0.0.1:{self._http}/cgi-bin/sendsms?{urlencode(words)}"
        async with ClientSession() as session, session.get(url) as answer:
            return answer.status


@asynccontextmanager
async def kannel(folder: Path, port: int, password: str = PASSWORD) -> AsyncIterator[Kannel]:
    """Beside the SMSC at ``port``, for as long as this lasts."""
    programs = [shutil.which(name, path=_path()) for name in ("bearerbox", "smsbox")]
    admin, box, http = free_port(), free_port(), free_port()
    peer = Kannel(http)
    application = web.Application()
    application.router.add_get("/{any}", peer.heard)
    runner = web.AppRunner(application)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        peer.ours = f"http://127.0.0.1:{runner.addresses[0][1]}"
        config = folder / "kannel.conf"
        config.write_text(
            CONFIG.format(
                admin=admin, box=box, http=http, port=port, folder=folder, ours=peer.ours,
                user=SYSTEM_ID, password=password,
            )
        )  # fmt: skip
        for program in programs:
            if program is None:
                absent("kannel")
            ready = partial(_listens, box) if program == programs[0] else peer.ready
            await _start(stack, program, config, ready)
        yield peer


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


async def _start(
    stack: AsyncExitStack, program: str, config: Path, ready: Callable[[], Awaitable[bool]]
) -> None:
    """Until it is ready; one that ended before, or is not in time, is started again."""
    for _ in range(START_TRIES):
        process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL"),
            *(program, "-v", "4", config),
            cwd=config.parent,
            stderr=asyncio.subprocess.DEVNULL,
        )
        stack.push_async_callback(_end, process)
        with suppress(AssertionError):
            await eventually(partial(_began, process, ready), START_SECONDS)
            if process.returncode is None:
                return
        await _end(process)
    raise AssertionError((config.parent / "bearerbox.log").read_text(errors="replace")[-2000:])


async def _began(process: asyncio.subprocess.Process, ready: Callable[[], Awaitable[bool]]) -> bool:
    return process.returncode is not None or await ready()


async def _listens(port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


async def _end(process: asyncio.subprocess.Process) -> None:
    """It drops what it has not handed on; nothing of it outlives a test."""
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
