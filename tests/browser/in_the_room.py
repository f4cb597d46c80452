"""Who hears whom in one call: telephones by SIP and pages by WebRTC, each with a tone of its own.

    room = Room()
    room.add_phone("citizen", call); room.add_page("seat", page)
    await room.hear(citizen="seat", seat="citizen")   until exactly that is so

A page's ear is an analyser on what comes to its loudspeaker. Pages speak in pulses of a second
(``chromium.write_tone``), so every ear is asked for a little more than one.
"""

from __future__ import annotations

import asyncio

from playwright.async_api import Page

from gateway.simulate.call import Call
from tests.browser.chromium import LOUD_DECIBEL
from tests.ears import TONES
from tests.eventually import eventually

PULSE_SECONDS = 1.2
HEAR_SECONDS = 20
PEOPLE = frozenset({"citizen", "seat", "expert", "second"})
EAR = """
async ([tones, seconds]) => {
  const audio = document.getElementById("remote-audio");
  const loudest = tones.map(() => -200);
  const context = (window.__ear ??= new AudioContext());
  await context.resume();
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    await new Promise((done) => setTimeout(done, 60));
    if (!audio || !audio.srcObject) continue;
    if (window.__earStream !== audio.srcObject) {
      window.__earStream = audio.srcObject;
      window.__analyser = context.createAnalyser();
      window.__analyser.fftSize = 8192;
      window.__analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(audio.srcObject).connect(window.__analyser);
    }
    const bins = new Float32Array(window.__analyser.frequencyBinCount);
    window.__analyser.getFloatFrequencyData(bins);
    const width = context.sampleRate / window.__analyser.fftSize;
    tones.forEach((hertz, n) => {
      const at = Math.round(hertz / width);
      loudest[n] = Math.max(loudest[n], ...bins.slice(at - 2, at + 3));
    });
  }
  return loudest;
}
"""


class Room:
    """Everybody in one call, by the names of PEOPLE."""

    def __init__(self) -> None:
        self._phones: dict[str, Call] = {}
        self._pages: dict[str, Page] = {}

    def add_phone(self, name: str, call: Call) -> None:
        """This telephone speaks with its own tone and is listened to."""
        call.play_tone(TONES[name])
        self._phones[name] = call

    def add_page(self, name: str, page: Page) -> None:
        """This page is listened to; its microphone was given its tone when it was opened."""
        self._pages[name] = page

    def remove_page(self, name: str) -> None:
        """This page has left."""
        del self._pages[name]

    async def heard(self) -> dict[str, frozenset[str]]:
        """For everybody still there: which people's tones were in their ear in one pulse."""
        names = sorted(PEOPLE)
        wanted = [[TONES[name] for name in names], PULSE_SECONDS]
        levels = await asyncio.gather(
            *(page.evaluate(EAR, wanted) for page in self._pages.values())
        )
        found = {
            who: frozenset(n for n, level in zip(names, one, strict=True) if level > LOUD_DECIBEL)
            for who, one in zip(self._pages, levels, strict=True)
        }
        for who, call in self._phones.items():
            if not call.has_ended:
                found[who] = frozenset(
                    name for name in names if call.heard.hears(TONES[name], PULSE_SECONDS)
                )
        return found

    async def hear(self, **expected: str) -> None:
        """Until everybody still in the call hears exactly these people (names parted by blanks)."""
        wanted = {name: frozenset(who.split()) for name, who in expected.items()}

        async def so() -> bool:
            found = await self.heard()
            so.__qualname__ = f"{wanted} but {found}"
            return found == wanted

        await eventually(so, HEAR_SECONDS)
