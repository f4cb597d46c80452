"""What one side of a simulated talk says: one sentence after the other, with time for the other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from gateway.simulate.call import Call

PAUSE_SECONDS = 5.0, 9.0
"""From the begin of a sentence to the next; each takes up to five."""


async def talk(call: Call, voices: Sequence[Path], dice: random.Random, seconds: float) -> None:
    """Say one of ``voices`` now and again until the call ends; silent without any.

    Raises TimeoutError when it goes on for longer than ``seconds``.
    """
    now = asyncio.get_running_loop().time
    until = now() + seconds
    while voices:
        pause = dice.uniform(*PAUSE_SECONDS)
        call.sound.play_file(dice.choice(voices))
        if now() + pause >= until:
            break
        with suppress(TimeoutError):
            await call.ended(pause)
            return
    await call.ended(until - now())
