"""Simulated citizens: they call, wait as long as they can bear, say who they are, and hang up."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from gateway.simulate.call import Call
from gateway.simulate.errors import Refused
from gateway.simulate.mix import STEADY, Mix, Mood
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
    mood: Mood
    seats: int = 0
    """How many seats have them on the line."""
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
        self,
        count: int,
        rate: float,
        *,
        talk_seconds: float,
        patience_seconds: float,
        mix: Mix = STEADY,
    ) -> None:
        """Until the last of them is done."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.TaskGroup() as tasks:
            for citizen in range(min(count, MOST_CALLS)):
                await asyncio.sleep(max(0.0, begun + citizen / rate - loop.time()))
                tasks.create_task(
                    self._one(citizen, mix.citizen(citizen, talk_seconds, patience_seconds))
                )

    def met(self, citizen: int, at: float) -> bool:
        """A seat has this citizen on the line since ``at``; False when there is no such citizen."""
        found = self._citizens.get(citizen)
        if found is None or found.met.is_set():
            return False
        found.met.set()
        self._tally.answered += 1
        self._tally.answer_seconds.append(at - found.call.started_at)
        return True

    def joined(self, citizen: int) -> None:
        """A seat has this citizen on the line, also when another had before."""
        found = self._citizens.get(citizen)
        if found is not None:
            found.seats += 1
            if found.seats > 1:
                self._tally.doubled += 1

    def left(self, citizen: int) -> None:
        """That seat's call has ended."""
        found = self._citizens.get(citizen)
        if found is not None:
            found.seats -= 1

    async def _one(self, citizen: int, mood: Mood) -> None:
        self._tally.started += 1
        call = await self._phone.call(self._did, from_number=number_of(citizen))
        self._citizens[citizen] = known = _Citizen(call, mood)
        try:
            if await self._reaches_a_seat(citizen, known):
                await self._talk(citizen, known)
        finally:
            del self._citizens[citizen]

    async def _leave(self, known: _Citizen) -> None:
        if not known.mood.vanishes:
            await known.call.hang_up()
        elif not known.call.has_ended:
            known.call.vanish()
            self._tally.vanished += 1

    async def _reaches_a_seat(self, citizen: int, known: _Citizen) -> bool:
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
            heard = tasks.create_task(self._hears_a_seat(call, known.mood.patience_seconds))
            over = tasks.create_task(call.ended(None))
            await asyncio.wait((heard, over), return_when=asyncio.FIRST_COMPLETED)
            heard.cancel()
            over.cancel()
        if call.has_ended:
            self._tally.fail("cut while waiting")
            return False
        if heard.cancelled() or not heard.result():
            self._tally.abandoned += 1
            await self._leave(known)
            return False
        for asked in range(1, WHO_TRIES + 1):
            call.press(_who(citizen))
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

    async def _talk(self, citizen: int, known: _Citizen) -> None:
        async with asyncio.TaskGroup() as tasks:
            saying = tasks.create_task(self._says_again(citizen, known.call))
            try:
                await known.call.ended(known.mood.talk_seconds)
            except TimeoutError:
                await self._leave(known)
            else:
                self._tally.why["cut while talking"] += 1
                self._tally.cut += 1
            saying.cancel()
        self._tally.ended += 1

    async def _says_again(self, citizen: int, call: Call) -> None:
        """Say who is there to every seat that asks: the call may go on at another one."""
        while True:
            with contextlib.suppress(TimeoutError):
                await call.heard.digits_heard(len(call.heard.digits) + 1, WHO_SECONDS)
                call.press(_who(citizen))


def _who(citizen: int) -> str:
    """The keys by which a seat knows this citizen."""
    return f"*{citizen:0{WHO_DIGITS}d}#"
