"""An Asterisk of a bench with nobody behind it: its dialplan alone brings talks together."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from config.settings import Number, Settings, Trunk
from gateway.clock import SystemClock
from gateway.core.line import News, PhoneKind
from gateway.core.queue import Queue
from gateway.provision.asterisk_copy import find_program
from gateway.provision.places import here
from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_users import secrets_of
from gateway.telephony.asterisk_config import AsteriskPorts, AsteriskSecrets, render_asterisk
from gateway.telephony.asterisk_process import AsteriskProcess, dirs_for, unique_system_name
from gateway.telephony.free_port import free_port
from gateway.telephony.phones import AsteriskPhones

RTP_START, RTP_END = 20_000, 20_999
CITIZEN_HZ, SEAT_HZ = 440, 700
TALK_SECONDS = 60.0
FALLBACK = "fallback"
"""Where the dialplan sends a call when no flow answers."""


class _Passwords:
    """A phone of a bench is nobody's."""

    def password(self, seat: str, phone: PhoneKind) -> str:
        """One for each."""
        return f"bench-{phone.value}-{seat}"


@dataclass(frozen=True, slots=True)
class Alone:
    """``listeners`` are told everything that the telephone system tells."""

    process: AsteriskProcess
    phones: AsteriskPhones
    sip: tuple[str, int]
    listeners: list[Callable[[News], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Talk:
    """A citizen and a seat, who both play their tone."""

    citizen: Call
    seat: Call


async def talk(alone: Alone, stack: AsyncExitStack, seat: str, number: str) -> Talk:
    """One more talk; its phones are there until ``stack`` is closed."""
    desk = await desk_phone(alone, stack, seat)
    citizen = await stack.enter_async_context(SipPhone(number, alone.sip))
    return await connected(citizen, desk)


async def desk_phone(alone: Alone, stack: AsyncExitStack, seat: str) -> SipPhone:
    """The seat's phone, registered, and a member of the fallback queue."""
    password = _Passwords().password(seat, PhoneKind.DESK)
    desk = await stack.enter_async_context(SipPhone(f"desk-{seat}", alone.sip, password))
    await desk.register()
    await alone.phones.enlist(seat, PhoneKind.DESK, seat, {FALLBACK: 0}, paused=False)
    return desk


async def connected(citizen: SipPhone, desk: SipPhone) -> Talk:
    """The citizen calls and the seat answers."""
    call = await citizen.call("12345")
    answer = await desk.next_call(TALK_SECONDS)
    await answer.answered(TALK_SECONDS)
    call.play_tone(CITIZEN_HZ)
    answer.play_tone(SEAT_HZ)
    return Talk(call, answer)


@asynccontextmanager
async def asterisk_alone(
    seats: Sequence[str], trunks: Sequence[Trunk] = ()
) -> AsyncIterator[Alone]:
    """Up, with a desk phone for every seat and these trunks beside the one that callers use."""
    plain = Settings()
    settings = replace(
        plain,
        asterisk=replace(
            plain.asterisk, sip_port=free_port(), rtp_start=RTP_START, rtp_end=RTP_END
        ),
        number=(Number(did="12345"),),
        trunk=(Trunk(name="bench"), *trunks),
    )
    secrets = AsteriskSecrets(ami=secrets_of(uuid4().hex), web=uuid4().hex, phones=_Passwords())
    ports = AsteriskPorts(ami=free_port(), agi=free_port(), ws=free_port())
    program = find_program(here())
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        dirs = replace(
            dirs_for(Path(name) / "asterisk", Path(name) / "recordings"),
            moh=here().media / "moh",
        )
        config = render_asterisk(
            settings,
            program,
            dirs=dirs,
            secrets=secrets,
            queues=(Queue(name="civil", title_zh="综合", title_en="General"),),
            seats=seats,
            ports=ports,
            system_name=unique_system_name(),
        )
        prompts = here().media / "sounds" / "hotline"
        ami = "127.0.0.1", ports.ami
        async with (
            AsteriskProcess(program, config, dirs, ami=ami, prompts=prompts) as process,
            AmiLinks(host=ami[0], port=ami[1], secrets=secrets.ami) as links,
        ):
            phones = AsteriskPhones(links, SystemClock())
            sip = settings.asterisk.sip_host, settings.asterisk.sip_port
            alone = Alone(process, phones, sip)
            news = phones.news()
            await anext(news)
            async with asyncio.TaskGroup() as tasks:
                hearing = tasks.create_task(_hear(news, alone.listeners))
                try:
                    yield alone
                finally:
                    hearing.cancel()


async def _hear(news: AsyncIterator[News], listeners: list[Callable[[News], None]]) -> None:
    async for each in news:
        for listen in tuple(listeners):
            listen(each)
