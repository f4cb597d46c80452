"""What a simulation that was killed has left behind: its people are sent home before the next.

A killed run cannot sign its seats out. They stand in everybody's way, and the same logins cannot
sit down again while they sit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from gateway.simulate.console import ConsoleRefused, open_console
from gateway.simulate.errors import PhoneError

HOME_SECONDS = 30.0
"""A talk with a telephone that is gone is ended by Asterisk within this time."""
AGAIN_SECONDS = 1.0


class StillTalking(PhoneError):
    """A simulated seat of an earlier run has a citizen in its talk; nobody is dropped for it."""

    def __init__(self, seat: str) -> None:
        super().__init__(seat)
        self.seat = seat


class Lobby(Protocol):
    """What is asked of ``scenario.Backstage`` here."""

    async def left_over(self, prefix: str) -> Sequence[tuple[str, str]]:
        """Simulated logins that begin so and sit at a seat, with the seat's number."""
        ...

    async def add_operator(self, login: str) -> str:
        """A password for it."""
        ...

    async def remove_operator(self, login: str) -> None:
        """It may no longer come in."""
        ...


async def sent_home(url: str, lobby: Lobby, prefix: str) -> None:
    """Sign out whoever is left of an earlier run, and take their login back.

    Raises StillTalking, console.ConsoleRefused and aiohttp.ClientError.
    """
    for login, seat in await lobby.left_over(prefix):
        password = await lobby.add_operator(login)
        try:
            async with open_console(url, login, password) as console:
                until = asyncio.get_running_loop().time() + HOME_SECONDS
                while (login, seat) in await lobby.left_over(prefix):
                    try:
                        await console.ask("POST", "/api/v1/seat/sign-out", {})
                    except ConsoleRefused as refused:
                        if refused.status != 409:
                            raise
                        if asyncio.get_running_loop().time() > until:
                            raise StillTalking(seat) from None
                        await asyncio.sleep(AGAIN_SECONDS)
        finally:
            await lobby.remove_operator(login)
