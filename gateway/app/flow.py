"""The voice flow, held to what the telephone system can speak and where it can send callers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from config.settings import Settings
from gateway.app.city import emergency_keys
from gateway.app.invitation import Invitation
from gateway.app.modes import Modes
from gateway.core.incident import Incident
from gateway.core.leader_day import LeaderDay
from gateway.core.number import GREETING, GREETING_TITLES
from gateway.core.queue import FALLBACK
from gateway.intake.asking import Asking, Journeys, notices_in
from gateway.intake.floor import Floor
from gateway.intake.greeting import Greeting
from gateway.intake.throttling import Throttling
from gateway.ports.ears import Ears
from ivr.errors import FlowNotValid
from ivr.flow import Flow, listens, prompts
from ivr.hearing import Hearing
from ivr.loader import MAIN, SHIPPED, load, parse
from ivr.server import FlowServer
from ivr.session import Complain, SessionLimits

log = structlog.get_logger()


def greetings_in(invitation: Invitation | None) -> Collection[str]:
    """The prompts that may greet; those shipped when nothing is known of what there is."""
    if invitation is None:
        return tuple(GREETING_TITLES)
    return [name for name in invitation.prompts if name.startswith(GREETING)]


def flow_of(invitation: Invitation | None, queues: Collection[str], name: str = "main") -> Flow:
    """The shipped flow of this name; the main one when it does not fit, which is logged.

    A hotline without a flow would greet nobody; one without its question still has people.
    """
    try:
        return checked_flow(invitation, queues, name)
    except FlowNotValid as wrong:
        log.warning("flow_not_valid", flow=name, problems=[one.code for one in wrong.problems])
        return checked_flow(invitation, queues, "main")


def checked_flow(invitation: Invitation | None, queues: Collection[str], name: str) -> Flow:
    """The shipped flow, held to the prompts and queues that there are; raises FlowNotValid.

    What prompts somebody else's Asterisk has is not known; there the flow's own are believed.
    """
    path = SHIPPED.get(name, MAIN)
    if invitation:
        known = set(invitation.prompts)
    else:
        known = {name for node in parse(path.read_bytes()).nodes.values() for name in prompts(node)}
    flow, _ = load(path, known, {FALLBACK, *queues})
    return flow


def nothing(_did: str) -> Incident | None:
    """No incident."""
    return None


def nobody(_did: str) -> tuple[LeaderDay, ...]:
    """No leader."""
    return ()


def prompts_in(folder: Path | None) -> frozenset[str]:
    """The names of what can be played from there; of a folder that we do not know, none."""
    return frozenset(path.stem for path in folder.glob("*.wav")) if folder else frozenset()


@asynccontextmanager
async def opened_flow(
    settings: Settings,
    invitation: Invitation | None,
    floor: Floor,
    complain: Complain | None = None,
    *,
    port: int,
    ears: Ears | None = None,
    modes: Modes | None = None,
    throttling: Throttling | None = None,
) -> AsyncIterator[FlowServer]:
    """The flow server on ``port``; what callers say is heard by ``ears``, if there are any."""
    host = settings.asterisk.agi_host
    flow = flow_of(invitation, floor.queues, settings.speech.flow)
    folder = Path(invitation.prompts_folder) if invitation else settings.prompts_dir
    notices = await asyncio.to_thread(notices_in, folder)
    spoken = await asyncio.to_thread(prompts_in, folder)
    async with AsyncExitStack() as stack:
        hearing = Hearing(Asking(ears, folder), host) if ears and listens(flow) else None
        if hearing is not None:
            await stack.enter_async_context(hearing)
        yield await stack.enter_async_context(
            FlowServer(
                host=host,
                port=port,
                flow=flow,
                decide=Greeting(
                    floor,
                    ZoneInfo(settings.site.timezone),
                    emergency_keys(settings),
                    incident_at=modes.incidents.heard_at if modes else nothing,
                    leaders_at=modes.days.reached_from if modes else nobody,
                    throttling=throttling,
                    prompts=spoken,
                    complaint_key=settings.staff_complaint.key,
                ).plan,
                limits=SessionLimits.under(settings.asterisk.guard_seconds, flow),
                hearing=hearing,
                went=Journeys(floor, notices).went,
                complain=complain,
            )
        )
