"""Simulated citizens: they call, wait as long as they can bear, say who they are, and hang up."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from gateway.simulate.call import Call
from gateway.simulate.errors import Refused
from gateway.simulate.phone import SipPhone
from gateway.simulate.tally import Tally

CONNECT_SECONDS = 20.0
WHO_DIGITS = 4
MOST_CALLS = 10**WHO_DIGITS
WHO_SECONDS = 1.5
WHO_TRIES = 4
"""A key may be lost while the sound is being connected; then the seat asks again."""
CITIZEN_HZ = 440


def number_of(citizen: int) -> str:
    """Their telephone number; all differ in what a masked number shows."""
    return f"1390000{citizen:0{WHO_DIGITS}d}"


@dataclass(slots=True)
class _Citizen:
    call: Call
    met: asyncio.Event = field(default_factory=asyncio.Event)


class Citizens:
    """``count`` calls to ``did``, ``rate`` a second, each waiting ``patience_seconds`` at most.

    A citizen who hears a key from the seat presses ``*<index>#``, so that the seat knows by the
    sound itself whom it got.
    """

    def __init__(self, phone: SipPhone, did: str, tally: Tally) -> None:
        self._phone, self._did, self._tally = phone, did, tally
        self._citizens: dict[int, _Citizen] = {}

    async def run(
        self, count: int, rate: float, *, talk_seconds: float, patience_seconds: float
    ) -> None:
        """Until the last of them is done."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.TaskGroup() as tasks:
            for citizen in range(min(count, MOST_CALLS)):
                await asyncio.sleep(max(0.0, begun + citizen / rate - loop.time()))
                tasks.create_task(self._one(citizen, talk_seconds, patience_seconds))

    def met(self, citizen: int, at: float) -> bool:
        """A seat has this citizen on the line since ``at``; False when there is no such citizen."""
        found = self._citizens.get(citizen)
        if found is None or found.met.is_set():
            return False
        found.met.set()
        self._tally.answered += 1
        self._tally.answer_seconds.append(at - found.call.started_at)
        return True

    async def _one(self, citizen: int, talk_seconds: float, patience_seconds: float) -> None:
        self._tally.started += 1
        call = await self._phone.call(self._did, from_number=number_of(citizen))
        self._citizens[citizen] = known = _Citizen(call)
        try:
            if await self._reaches_a_seat(citizen, known, patience_seconds):
                await self._talk(known, talk_seconds)
        finally:
            del self._citizens[citizen]

    async def _reaches_a_seat(self, citizen: int, known: _Citizen, patience_seconds: float) -> bool:
        call = known.call
        try:
            await call.answered(CONNECT_SECONDS)
        except Refused as refused:
            self._tally.fail(f"refused {refused.code}")
            return False
        except TimeoutError:
            self._tally.fail("not connected")
            await call.hang_up()
            return False
        call.play_tone(CITIZEN_HZ)
        async with asyncio.TaskGroup() as tasks:
            heard = tasks.create_task(self._hears_a_seat(call, patience_seconds))
            over = tasks.create_task(call.ended(None))
            await asyncio.wait((heard, over), return_when=asyncio.FIRST_COMPLETED)
            heard.cancel()
            over.cancel()
        if call.has_ended:
            self._tally.fail("cut while waiting")
            return False
        if heard.cancelled() or not heard.result():
            self._tally.abandoned += 1
            await call.hang_up()
            return False
        for asked in range(1, WHO_TRIES + 1):
            call.press(f"*{citizen:0{WHO_DIGITS}d}#")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WHO_SECONDS):
                    await known.met.wait()
                    return True
            with contextlib.suppress(TimeoutError):
                await call.heard.digits_heard(asked + 1, WHO_SECONDS)
        self._tally.fail("not heard by the seat")
        await call.hang_up()
        return False

    async def _hears_a_seat(self, call: Call, patience_seconds: float) -> bool:
        try:
            await call.heard.digits_heard(1, patience_seconds)
        except TimeoutError:
            return False
        return True

    async def _talk(self, known: _Citizen, seconds: float) -> None:
        try:
            await known.call.ended(seconds)
        except TimeoutError:
            await known.call.hang_up()
        else:
            self._tally.why["cut while talking"] += 1
            self._tally.cut += 1
        self._tally.ended += 1
