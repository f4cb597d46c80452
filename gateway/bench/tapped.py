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
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from gateway.bench.alone import TALK_SECONDS, asterisk_alone, talk
from gateway.bench.child import ChildFailed
from gateway.bench.ratios import PAIRS, Ratio
from gateway.bench.report import Figures, Told
from gateway.telephony.asterisk_process import AsteriskProcess
from gateway.telephony.phones import AsteriskPhones

CALLS, SECONDS = 20, 6.0
SETTLE_SECONDS = 1.0
"""After taps were put on or taken off: neither is measured."""
BYTES_A_SECOND = 16_000
TINY: dict[str, Any] = {"calls": 2, "pairs": 1, "seconds": 1.0}
NOTE = (
    "Asterisk's CPU for {calls} recorded talks: {untapped:.1f} % of a core untapped, "
    "{tapped:.1f} % with both sides of each tapped; {sound:.1%} of their sound came"
)
_TICKS = os.sysconf("SC_CLK_TCK")


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
class _Talks:
    """What the talks cost Asterisk, and how many there are."""

    process: AsteriskProcess
    phones: AsteriskPhones

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
    seats = tuple(str(8001 + number) for number in range(calls))
    async with asterisk_alone(seats) as alone, AsyncExitStack() as stack:
        hotline = _Talks(alone.process, alone.phones)
        server = await stack.enter_async_context(
            await asyncio.start_server(sink.take, "127.0.0.1", 0)
        )
        address = server.sockets[0].getsockname()
        for number, seat in enumerate(seats):
            await talk(alone, stack, seat, f"1390000{number:04}")
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


async def _spent(hotline: _Talks, seconds: float) -> float:
    """CPU seconds a second."""
    cpu, began = hotline.cpu_seconds(), time.monotonic()
    await asyncio.sleep(seconds)
    return max(hotline.cpu_seconds() - cpu, 1 / _TICKS) / (time.monotonic() - began)
