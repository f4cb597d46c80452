"""What it costs Asterisk that both sides of every call are sent to the ear.

``tapped_vs_untapped_cpu``  Asterisk's CPU for so many recorded talks, both sides tapped / untapped
``tapped_sound``            the share of the sound that came out of the taps; less than all
                            when the machine is short of time

The talks are real ones: SIP phones that both play a tone, through queue and bridge. Who listens
reads and throws away, in this process, so that nothing but Asterisk is measured.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from config.settings import Number, Settings, Trunk
from gateway.bench.child import ChildFailed
from gateway.bench.ratios import PAIRS, Ratio
from gateway.bench.report import Figures, Told
from gateway.clock import SystemClock
from gateway.core.line import PhoneKind
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

CALLS, SECONDS = 20, 6.0
SETTLE_SECONDS = 1.0
"""After taps were put on or taken off: neither is measured."""
TALK_SECONDS = 60.0
BYTES_A_SECOND = 16_000
RTP_START, RTP_END = 20_000, 20_999
CITIZEN_HZ, SEAT_HZ = 440, 700
FALLBACK = "fallback"
"""Where the dialplan sends a call when no flow answers."""
TINY: dict[str, Any] = {"calls": 2, "pairs": 1, "seconds": 1.0}
NOTE = (
    "Asterisk's CPU for {calls} recorded talks: {untapped:.1f} % of a core untapped, "
    "{tapped:.1f} % with both sides of each tapped; {sound:.1%} of their sound came"
)
_TICKS = os.sysconf("SC_CLK_TCK")


class _Passwords:
    """A phone of a bench is nobody's."""

    def password(self, seat: str, phone: PhoneKind) -> str:
        """One for each."""
        return f"bench-{phone.value}-{seat}"


class _Sink:
    """Reads everything and counts it."""

    def __init__(self) -> None:
        self.read = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        with suppress(ConnectionError):
            while data := await reader.read(4096):
                self.read += len(data)
        writer.close()


@dataclass(frozen=True, slots=True)
class _Hotline:
    """An Asterisk with nobody behind it: its dialplan alone brings the talks together."""

    process: AsteriskProcess
    phones: AsteriskPhones
    settings: Settings
    seats: tuple[str, ...]

    def cpu_seconds(self) -> float:
        """What Asterisk has used so far, in user and system time."""
        if self.process.pid is None:
            raise ChildFailed("tapped: Asterisk is gone")
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    async def legs(self, wanted: int) -> list[str]:
        """The channels of all talks; raises ChildFailed when there are not so many."""
        snapshot = await self.phones.snapshot()
        found = [name for call in snapshot.calls for name in (call.channel, call.leg) if name]
        if len(found) != wanted:
            raise ChildFailed(f"tapped: {len(found)} legs instead of {wanted}")
        return found

    async def taps(self, wanted: int) -> None:
        """Wait until there are so many."""
        until = time.monotonic() + TALK_SECONDS
        while len((await self.phones.snapshot()).taps) != wanted:
            if time.monotonic() > until:
                raise ChildFailed(f"tapped: not {wanted} taps in {TALK_SECONDS:.0f} s")
            await asyncio.sleep(0.1)


async def measure(
    told: Told, *, calls: int = CALLS, pairs: int = PAIRS, seconds: float = SECONDS
) -> Figures:
    """The same talks all the time, tapped and untapped in turn."""
    spent: dict[str, list[float]] = {"untapped": [], "tapped": []}
    came: list[float] = []
    sink = _Sink()
    async with _hotline(calls) as hotline, AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            await asyncio.start_server(sink.take, "127.0.0.1", 0)
        )
        address = server.sockets[0].getsockname()
        await _talks(hotline, stack)
        for pair in range(pairs):
            await asyncio.sleep(SETTLE_SECONDS)
            spent["untapped"].append(await _spent(hotline, seconds))
            streams = []
            for leg in await hotline.legs(2 * calls):
                streams.append(str(uuid4()))
                await hotline.phones.tap(leg, streams[-1], address)
            await hotline.taps(2 * calls)
            await asyncio.sleep(SETTLE_SECONDS)
            before, began = sink.read, time.monotonic()
            spent["tapped"].append(await _spent(hotline, seconds))
            whole = 2 * calls * BYTES_A_SECOND * (time.monotonic() - began)
            came.append((sink.read - before) / whole)
            for stream in streams:
                await hotline.phones.untap(stream)
            await hotline.taps(0)
            told(f"tapped {pair + 1}/{pairs}: {spent['tapped'][-1] / spent['untapped'][-1]:.2f}")
    sound = min(1.0, sum(came) / len(came))  # each 320 bytes have a head of 3
    note = NOTE.format(
        calls=calls,
        sound=sound,
        **{name: 100 * sum(found) / len(found) for name, found in spent.items()},
    )
    ratio = Ratio.of(spent["tapped"], spent["untapped"]).named("tapped_vs_untapped_cpu")
    return Figures({**ratio, "tapped_sound": round(sound, 3), "calls": calls, "pairs": pairs}, note)


async def _spent(hotline: _Hotline, seconds: float) -> float:
    """CPU seconds a second."""
    cpu, began = hotline.cpu_seconds(), time.monotonic()
    await asyncio.sleep(seconds)
    return max(hotline.cpu_seconds() - cpu, 1 / _TICKS) / (time.monotonic() - began)


async def _talks(hotline: _Hotline, stack: AsyncExitStack) -> None:
    sip = hotline.settings.asterisk.sip_host, hotline.settings.asterisk.sip_port
    for number, seat in enumerate(hotline.seats):
        password = _Passwords().password(seat, PhoneKind.DESK)
        desk = await stack.enter_async_context(SipPhone(f"desk-{seat}", sip, password))
        await desk.register()
        await hotline.phones.enlist(seat, PhoneKind.DESK, seat, {FALLBACK: 0}, paused=False)
        citizen = await stack.enter_async_context(SipPhone(f"1390000{number:04}", sip))
        call: Call = await citizen.call("12345")
        answer = await desk.next_call(TALK_SECONDS)
        await answer.answered(TALK_SECONDS)
        call.play_tone(CITIZEN_HZ)
        answer.play_tone(SEAT_HZ)


@asynccontextmanager
async def _hotline(calls: int) -> AsyncIterator[_Hotline]:
    """Up, with a desk phone for every call in its fallback queue."""
    plain, seats = Settings(), tuple(str(8001 + number) for number in range(calls))
    settings = replace(
        plain,
        asterisk=replace(
            plain.asterisk, sip_port=free_port(), rtp_start=RTP_START, rtp_end=RTP_END
        ),
        number=(Number(did="12345"),),
        trunk=(Trunk(name="bench"),),
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
            news = phones.news()
            await anext(news)
            async with asyncio.TaskGroup() as tasks:
                hearing = tasks.create_task(_hear(news))
                try:
                    yield _Hotline(process, phones, settings, seats)
                finally:
                    hearing.cancel()


async def _hear(news: AsyncIterator[object]) -> None:
    async for _ in news:
        pass
