"""Opened in order, one TaskGroup, closed in reverse.

Opening: store → floor → flow server → link → use cases → web. Leaving: the web stops answering,
the use cases are cancelled, the link and the flow server close, the store writes what it accepted
and closes. The telephone system is not ours to open or close: the keeper's, or somebody else's.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self

from config.settings import Settings
from gateway.app.from_settings import opened_store, queues_of, recordings_of, seats_of
from gateway.app.invitation import Invitation
from gateway.app.telephone import other_telephone
from gateway.clock import SystemClock
from gateway.core.call import Call
from gateway.intake.accounts import Accounts
from gateway.intake.announcer import Announcer
from gateway.intake.archive import Archive
from gateway.intake.audit import Audit
from gateway.intake.desk import Desk
from gateway.intake.dispatch import Dispatch
from gateway.intake.floor import Floor
from gateway.intake.greeting import Greeting
from gateway.intake.marks import Marks
from gateway.intake.reception import Reception
from gateway.intake.records import Records
from gateway.intake.seating import Seating
from gateway.intake.seed import FirstLogin, seed
from gateway.supervise import Health, keep_running
from gateway.telephony.ami_link import AmiLink
from gateway.telephony.phones import AsteriskPhones
from gateway.web.server import open_server
from gateway.web.uses import WebParts
from ivr.flow import Flow, prompts
from ivr.loader import MAIN, load, parse
from ivr.server import FlowServer
from ivr.session import SessionLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A running gateway: where it can be reached, and the logins that were just made."""

    url: str
    sip: str
    first_logins: tuple[FirstLogin, ...]
    health: Health


@asynccontextmanager
async def open_gateway(
    settings: Settings,
    invitation: Invitation | None,
    step: Callable[[str, str], None] = lambda *_: None,
) -> AsyncIterator[Gateway]:
    """Open everything; without an ``invitation`` the telephone system is somebody else's.

    ``step`` is told what is being opened (zh, en).
    """
    clock, health = SystemClock(), Health()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened_store(settings))
        health.up("store")
        accounts = Accounts(store, clock, session_hours=settings.web.session_hours)
        first = await seed(store, accounts, queues_of(settings), seats_of(settings))
        floor = Floor(store, clock)
        await floor.open()

        reach = invitation.reach if invitation else other_telephone(settings, store)
        greeting = Greeting(floor, {number.did: number.queue for number in settings.number})
        flow = FlowServer(
            host=settings.asterisk.agi_host,
            port=reach.agi_port,
            flow=_flow(invitation, floor.queues),
            decide=greeting.plan,
            limits=SessionLimits.under(settings.asterisk.guard_seconds),
        )
        await stack.enter_async_context(flow)
        health.up("flow")

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
        records = Records(store, clock, recordings_of(settings))
        web = WebParts(
            accounts=accounts,
            records=records,
            audit=Audit(store, clock),
            marks=Marks(floor, records),
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
            first_logins=invitation.first_logins if invitation else first,
            health=health,
        )


def _flow(invitation: Invitation | None, queues: Collection[str]) -> Flow:
    """The shipped flow, held to the prompts and queues that there are.

    What prompts somebody else's Asterisk has is not known; there the flow's own are believed.
    """
    if invitation:
        known = set(invitation.prompts)
    else:
        known = {name for node in parse(MAIN.read_bytes()).nodes.values() for name in prompts(node)}
    flow, _ = load(MAIN, known, queues)
    return flow


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
