"""An ordinary day, for people who want to see a hotline alive: citizens who call and who write.

Nothing is judged here (that is ``scenario``); what happens is seen in the console and on the wall.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from contextlib import AsyncExitStack

from gateway.simulate.day import Day, Seen
from gateway.simulate.demo_seat import demo_seat
from gateway.simulate.errors import Refused
from gateway.simulate.left_over import sent_home
from gateway.simulate.phone import SipPhone
from gateway.simulate.saying import talk
from gateway.simulate.scenario import Backstage
from gateway.simulate.writers import writers

FIRST_NUMBER, REGULARS = 13_900_010_000, 80
"""Every citizen is one of these, so that many have called before."""
CONNECT_SECONDS = 20.0
LOGINS = "demo-"
GOING_HOME_SECONDS = 8.0
SHORTCUT_SHARE = 0.15
SHORTCUT = "2"


async def live(
    day: Day, backstage: Backstage, seen: Seen, dice: random.Random, stop: asyncio.Event
) -> None:
    """Until ``stop``; then everybody hangs up, signs out, and their logins are taken back.

    Raises as ``scenario.simulate`` when the operators cannot begin.
    """
    await sent_home(day.url, backstage, LOGINS)
    async with AsyncExitStack() as stack:
        phone = await stack.enter_async_context(SipPhone("citizens", day.sip))
        writing = await stack.enter_async_context(writers(day, seen, dice))
        seats = [
            await stack.enter_async_context(
                demo_seat(day, backstage, f"{LOGINS}{number:02d}", seen, dice)
            )
            for number in range(1, day.seats + 1)
        ]
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(seat.work()) for seat in seats]
            written = tasks.create_task(writing.run() if day.writes > 0 else asyncio.sleep(0))
            while not stop.is_set():
                working.append(tasks.create_task(_citizen(day, phone, seen, dice)))
                working = [task for task in working if not task.done()]
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(dice.expovariate(1 / day.pause_seconds)):
                        await stop.wait()
            for call in phone.calls:
                tasks.create_task(call.hang_up())
            written.cancel()
            await writing.go_home()
            for seat in seats:
                await seat.idle(GOING_HOME_SECONDS)
                await seat.clear_up(writing.forms)
            for task in working:
                task.cancel()


async def _citizen(day: Day, phone: SipPhone, seen: Seen, dice: random.Random) -> None:
    seen.calls += 1
    number = str(FIRST_NUMBER + dice.randrange(REGULARS))
    call = await phone.call(dice.choice(day.dids), from_number=number)
    seen.on_the_phone += 1
    try:
        await call.answered(CONNECT_SECONDS)
        if dice.random() < SHORTCUT_SHARE:
            await asyncio.sleep(dice.uniform(0.5, 2))
            call.press(SHORTCUT)
        await talk(call, day.citizen_voices, dice, dice.uniform(*day.patience_seconds))
    except Refused:
        seen.refused += 1
    except TimeoutError:
        seen.gave_up += 1
        await call.hang_up()
    finally:
        seen.on_the_phone -= 1
