"""A whole gateway for walks: the real program in a process of its own, with a real Asterisk.

    async with gateway_world(tmp_path) as world:
        world.url, world.sip             where it is reached
        await world.add("li")            a login; gives the password
        async with world.console("li") as li: ...

What ``./hotline test`` sets up (Asterisk, prompts, the built console) must be there.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from config.settings import Settings, StoreSettings
from gateway.app import opened_store
from gateway.clock import SystemClock
from gateway.core.line import PhoneKind
from gateway.core.operator import Role
from gateway.intake.accounts import Accounts
from gateway.telephony.free_port import free_port
from tests.eventually import eventually
from tests.peers.console import Console, console

CHECKOUT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 20.0


@dataclass
class GatewayWorld:
    """A running gateway."""

    folder: Path
    config: Path
    url: str
    sip: tuple[str, int]
    process: asyncio.subprocess.Process | None = None
    passwords: dict[str, str] = field(default_factory=dict)
    store_url: str = ""

    @property
    def data_dir(self) -> Path:
        """Its data."""
        return self.folder / "data"

    def settings(self) -> Settings:
        """Enough of its settings to open its store."""
        return Settings(data_dir=self.data_dir, store=StoreSettings(url=self.store_url))

    async def add(self, login: str, role: Role = Role.OPERATOR, skills: Any = None) -> str:
        """A login with a known password."""
        password = f"correct horse {login} 9"
        async with opened_store(self.settings()) as store:
            accounts = Accounts(store, SystemClock())
            wanted = {"civil": 0, "enterprise": 0} if skills is None else skills
            await accounts.add(login, f"话务员{login}", role, wanted, password)
        self.passwords[login] = password
        return password

    async def phone_password(self, seat: str, phone: PhoneKind = PhoneKind.DESK) -> str:
        """What this seat's phone registers with."""
        async with opened_store(self.settings()) as store:
            return store.passwords.password(seat, phone)

    @asynccontextmanager
    async def console(self, login: str) -> AsyncIterator[Console]:
        """A logged-in console that listens."""
        async with console(self.url, login, self.passwords[login]) as one:
            yield one

    async def start(
        self, path: str = "/health/ready", program: Sequence[str] = ("-P", "-m", "gateway")
    ) -> None:
        """Start the program and wait until it answers this well."""
        log = (self.folder / "gateway.log").open("ab")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(*program, "serve", "--config", str(self.config)),
            cwd=CHECKOUT,
            env=environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        await eventually(lambda: self.is_ready(path), START_SECONDS)

    async def is_ready(self, path: str = "/health/ready") -> bool:
        """Whether it says so; a program that has ended fails the test at once."""
        assert self.process
        if self.process.returncode is not None:
            raise RuntimeError(f"the gateway ended:\n{self.log()}")
        try:
            async with (
                aiohttp.ClientSession() as http,
                http.get(f"{self.url}{path}") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, in order or not."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(how)
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()

    def gateway_pid(self, other_than: int = 0) -> int:
        """The gateway below the keeper, 0 while there is none."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in map(int, children.read_text("ascii").split()):
            with suppress(OSError):  # it ended while we looked
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if b"--invited" in command and pid != other_than:
                    return pid
        return 0

    def log(self) -> str:
        """What it said."""
        return (self.folder / "gateway.log").read_text("utf-8", "replace")[-6000:]


def environment() -> dict[str, str]:
    """The test's own, with the checkout on the path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def toml(tables: Mapping[str, Mapping[str, Any]], plain: Mapping[str, Any]) -> str:
    """A flat TOML text: scalars are written as JSON, which TOML reads alike."""
    lines = [f"{key} = {_value(value)}" for key, value in plain.items()]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {_value(v)}" for key, v in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    """A mapping is an inline table, also in a list."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    return json.dumps(value)


@asynccontextmanager
async def gateway_world(
    folder: Path,
    *,
    asterisk: Mapping[str, Any] | None = None,
    queue: Mapping[str, Any] | None = None,
    queues: Sequence[Mapping[str, Any]] = (),
    announce: Mapping[str, Any] | None = None,
    numbers: Sequence[Mapping[str, Any]] = (),
    channels: Sequence[Mapping[str, Any]] = (),
    started_when: str = "/health/ready",
    store_url: str = "",
    chat: Mapping[str, Any] | None = None,
    speech: Mapping[str, Any] | None = None,
    trunks: Sequence[Mapping[str, Any]] = (),
    emergency: Sequence[Mapping[str, Any]] = (),
    staff_complaint: Mapping[str, Any] | None = None,
) -> AsyncIterator[GatewayWorld]:
    """Start one, give it, end it in order; its log is printed when a test fails."""
    web_port, sip_port = free_port(), free_port()
    rtp = 21000 + (web_port % 14) * 800  # below the ports that the kernel gives away
    tables: dict[str, dict[str, Any]] = {
        "web": {"port": web_port},
        "asterisk": {
            "sip_port": sip_port,
            "rtp_start": rtp,
            "rtp_end": rtp + 799,
            "max_calls": 150,
            **(asterisk or {}),
        },
        **({"store": {"url": store_url}} if store_url else {}),
        "announce": {"every_seconds": 0, **(announce or {})},
        **({"chat": dict(chat)} if chat else {}),
        **({"staff_complaint": dict(staff_complaint)} if staff_complaint else {}),
        "speech": dict(speech) if speech else {"enabled": False},  # an ear costs a second's work
    }
    text = toml(tables, {"data_dir": "data"})
    for row in (
        {"name": "civil", "title_zh": "综合服务", "title_en": "General", **(queue or {})},
        {"name": "enterprise", "title_zh": "企业服务", "title_en": "Enterprise", "key": "2"},
        *queues,
    ):
        text += "[[queue]]\n" + toml({}, row)
    for number in numbers:
        text += "[[number]]\n" + toml({}, number)
    for channel in channels:
        text += "[[channel]]\n" + toml({}, channel)
    for trunk in trunks:
        text += "[[trunk]]\n" + toml({}, trunk)
    for line in emergency:
        text += "[[emergency_line]]\n" + toml({}, line)
    config = folder / "hotline.toml"
    config.write_text(text, "utf-8")
    world = GatewayWorld(
        folder,
        config,
        f"http://127.0.0.1:{web_port}",
        ("127.0.0.1", sip_port),
        store_url=store_url,
    )
    try:
        await world.start(started_when)
        yield world
    except BaseException:
        print(world.log())  # noqa: T201 - pytest shows it with the failure
        raise
    finally:
        await world.stop()
