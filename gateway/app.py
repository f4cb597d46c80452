"""The one place where the parts meet: opened in order, one TaskGroup, closed in reverse.

Opening: store → floor → flow server → Asterisk (when it is ours) → link → use cases → web.
Leaving: the web stops answering, the use cases are cancelled, the link closes, Asterisk ends its
calls and stops, the flow server closes, the store writes what it accepted and closes.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import structlog
from ivr.loader import load_flow
from ivr.server import FlowServer

from config.settings import Settings
from gateway.clock import SystemClock
from gateway.core.call import Call
from gateway.core.queue import Queue
from gateway.intake.accounts import Accounts
from gateway.intake.announcer import Announcer
from gateway.intake.archive import Archive
from gateway.intake.desk import Desk
from gateway.intake.dispatch import Dispatch
from gateway.intake.floor import Floor
from gateway.intake.greeting import Greeting
from gateway.intake.reception import Reception
from gateway.intake.records import Records
from gateway.intake.seating import Seating
from gateway.intake.seed import FirstLogin, seed
from gateway.store.store import SqlStore, open_store
from gateway.supervise import Health, keep_running
from gateway.telephony.ami_link import AmiLink
from gateway.telephony.asterisk_config import AsteriskPorts, AsteriskSecrets, render_asterisk
from gateway.telephony.asterisk_process import (
    AsteriskProcess,
    dirs_for,
    free_port,
    unique_system_name,
)
from gateway.telephony.asterisk_program import AsteriskProgram
from gateway.telephony.phones import AsteriskPhones
from gateway.web.server import open_server
from gateway.web.uses import WebParts

FLOW = Path(__file__).resolve().parents[1] / "ivr" / "flows" / "main.yaml"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class OurAsterisk:
    """What is needed to run one: the program, and the sounds made at set-up.

    ``prompts`` holds <name>.wav, ``music`` the music on hold.
    """

    program: AsteriskProgram
    prompts: Path
    music: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A running gateway: where it can be reached, and the logins that were just made."""

    url: str
    sip: str
    first_logins: tuple[FirstLogin, ...]
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """Where the telephone system is reached."""

    ami_host: str
    ami_port: int
    ami_secret: str
    ws_url: str
    web_secret: str


def queues_of(settings: Settings) -> tuple[Queue, ...]:
    """The file's queues in our own words."""
    return tuple(
        Queue(
            name=one.name,
            title_zh=one.title_zh,
            title_en=one.title_en,
            strategy=one.strategy,
            ring_seconds=one.ring_seconds,
            max_wait_seconds=one.max_wait_seconds,
            wrap_up_seconds=one.wrap_up_seconds,
            service_level_seconds=one.service_level_seconds,
            key=one.key,
            rank=one.rank,
        )
        for one in settings.queue
    )


def seats_of(settings: Settings) -> tuple[str, ...]:
    """The file's seat numbers."""
    return tuple(str(number) for number in range(settings.seats.first, settings.seats.last + 1))


def recordings_of(settings: Settings) -> Path:
    """The folder that holds the calls' sound."""
    return settings.asterisk.recordings_dir or settings.data_dir / "recordings"


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[SqlStore]:
    """The store of these settings, for the gateway and for single commands."""
    async with open_store(
        settings.store.url,
        data_dir=settings.data_dir,
        key_file=settings.store.key_file,
        password_file=settings.store.password_file,
        clock=SystemClock(),
    ) as store:
        yield store


@asynccontextmanager
async def open_gateway(
    settings: Settings, ours: OurAsterisk | None, step: Callable[[str, str], None] = lambda *_: None
) -> AsyncIterator[Gateway]:
    """Open everything; ``ours`` is None when the telephone system is somebody else's.

    ``step`` is told what is being opened (zh, en).
    """
    clock, health = SystemClock(), Health()
    async with AsyncExitStack() as stack:
        step("打开数据库", "opening the store")
        store = await stack.enter_async_context(opened_store(settings))
        health.up("store")
        accounts = Accounts(store, clock, session_hours=settings.web.session_hours)
        first = await seed(store, accounts, queues_of(settings), seats_of(settings))
        floor = Floor(store, clock)
        await floor.open()

        greeting = Greeting(floor, {number.did: number.queue for number in settings.number})
        flow = FlowServer(
            load_flow(FLOW),
            greeting.plan,
            host=settings.asterisk.agi_host,
            port=settings.asterisk.agi_port,
        )
        await stack.enter_async_context(flow)
        health.up("flow")

        step("启动电话系统", "starting the telephone system")
        reach = await _telephone(
            stack, settings, ours, store=store, floor=floor, agi_port=flow.port, health=health
        )
        link = AmiLink(
            host=reach.ami_host,
            port=reach.ami_port,
            user=settings.asterisk.ami_user,
            secret=reach.ami_secret,
        )
        await stack.enter_async_context(link)
        phones = AsteriskPhones(link, clock)

        ended: asyncio.Queue[Call] = asyncio.Queue()
        seating = Seating(floor, phones)
        desk = Desk(
            floor,
            phones,
            seating,
            break_reasons=[one.code for one in settings.break_reason],
            dispositions=[one.code for one in settings.disposition],
        )
        parts = {
            "reception": Reception(floor, phones, seating, ended).run,
            "dispatch": Dispatch(floor, phones, seating, desk).run,
            "announcer": Announcer(
                floor,
                phones,
                first_after_seconds=settings.announce.first_after_seconds,
                every_seconds=settings.announce.every_seconds,
            ).run,
            "archive": Archive(floor, recordings_of(settings), ended).run,
        }
        running = await stack.enter_async_context(_Tasks())
        for name, part in parts.items():
            health.up(name)
            running.start(keep_running(name, part, health), name)

        step("启动网页服务", "starting the web server")
        web = WebParts(
            accounts=accounts,
            records=Records(store, clock, recordings_of(settings)),
            desk=desk,
            hub=floor.hub,
            clock=clock,
            phone_secrets=store.passwords,
            queues=store.queues,
            health=lambda: health.parts | {"phones": floor.link},
            sip_url=reach.ws_url,
            web_call_secret=reach.web_secret,
        )
        server = await stack.enter_async_context(open_server(settings, web))
        yield Gateway(
            url=server.url,
            sip=f"{settings.asterisk.sip_host}:{settings.asterisk.sip_port}",
            first_logins=first,
            health=health,
        )


class _Tasks:
    """The use cases' tasks; leaving cancels them and waits for their end."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    def start(self, part: "asyncio._CoroutineLike[None]", name: str) -> None:
        self._tasks.append(self._group.create_task(part, name=name))

    async def __aexit__(self, *exit_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await self._group.__aexit__(None, None, None)


async def _telephone(
    stack: AsyncExitStack,
    settings: Settings,
    ours: OurAsterisk | None,
    *,
    store: SqlStore,
    floor: Floor,
    agi_port: int,
    health: Health,
) -> _Reach:
    """Start our Asterisk, or say where the other one is."""
    asterisk = settings.asterisk
    if ours is None:
        secret_file = asterisk.ami_secret_file
        return _Reach(
            ami_host=asterisk.ami_host,
            ami_port=asterisk.ami_port,
            ami_secret=secret_file.read_text("utf-8").strip() if secret_file else "",
            ws_url=asterisk.ws_url,
            web_secret=store.passwords.web_calls(),
        )
    ports = AsteriskPorts(
        ami=asterisk.ami_port or free_port(), agi=agi_port, ws=asterisk.ws_port or free_port()
    )
    given = AsteriskSecrets(
        ami=secrets.token_urlsafe(24), web=secrets.token_urlsafe(24), phones=store.passwords
    )
    dirs = replace(
        dirs_for(settings.data_dir / "asterisk", recordings_of(settings)), moh=ours.music
    )
    config = render_asterisk(
        settings,
        ours.program,
        dirs=dirs,
        secrets=given,
        queues=tuple(floor.queues.values()),
        seats=tuple(sorted(floor.seats)),
        ports=ports,
        system_name=unique_system_name(),
    )
    process = AsteriskProcess(
        ours.program,
        config,
        dirs,
        ami=("127.0.0.1", ports.ami),
        prompts=ours.prompts,
        on_restart=lambda count: log.error("asterisk_restarted", count=count),
    )
    await stack.enter_async_context(process)
    health.up("asterisk")
    return _Reach(
        ami_host="127.0.0.1",
        ami_port=ports.ami,
        ami_secret=given.ami,
        ws_url=f"ws://127.0.0.1:{ports.ws}/ws",
        web_secret=given.web,
    )
