"""Who hears whom: parties of one call, each with a tone of its own, measured at every ear.

    people = Ears(world)
    people.add("citizen", call); people.add("seat", leg)
    await people.hear(citizen="seat", seat="citizen")   until exactly that is so
    people.gap("citizen")                               the longest silence since ``quiet_since``

Tones are far from each other and from music and prompts (tests/asterisk_world.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from gateway.simulate.call import Call
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ
from tests.eventually import eventually

TONES = {
    "citizen": 440,
    "seat": 700,
    "expert": 950,
    "boss": 1200,
    "second": 1900,
    "music": MUSIC_HZ,
    "prompt": PROMPT_HZ,
}
HEAR_SECONDS = 12


class Ears:
    """Everybody in one call, by the names in TONES."""

    def __init__(self) -> None:
        self._calls: dict[str, Call] = {}
        self._since = 0.0

    def add(self, name: str, call: Call) -> Call:
        """From now on this one speaks with their own tone and is listened to."""
        call.play_tone(TONES[name])
        self._calls[name] = call
        return call

    def heard(self) -> dict[str, frozenset[str]]:
        """For everybody still there: whose tones are in their ear now."""
        return {
            name: frozenset(who for who, hertz in TONES.items() if call.heard.hears(hertz, 0.4))
            for name, call in self._calls.items()
            if not call.has_ended
        }

    async def hear(self, **expected: str) -> None:
        """Until everybody still in the call hears exactly these (names parted by blanks)."""
        wanted: Mapping[str, frozenset[str]] = {
            name: frozenset(who.split()) for name, who in expected.items()
        }

        def so() -> bool:
            so.__qualname__ = f"{wanted} but {self.heard()}"
            return self.heard() == wanted

        await eventually(so, HEAR_SECONDS)

    async def hear_more(self, name: str, packets: int) -> None:
        """Until so many more packets (20 ms each) have come to this ear."""
        heard = self._calls[name].heard
        before = heard.packets
        await eventually(lambda: heard.packets > before + packets, 20)

    def listen(self) -> None:
        """Begin to measure silences."""
        self._since = asyncio.get_running_loop().time()

    def gap(self, name: str) -> float:
        """The longest silence in this ear since ``listen``, in seconds."""
        return self._calls[name].heard.longest_silence(self._since)
