"""The sound of one call: RTP in G.711 A-law, 20 ms a packet (RFC 3550, 3551, 4733)."""

from __future__ import annotations

import asyncio
import secrets
import struct
import wave
from array import array
from collections import deque
from pathlib import Path
from typing import Self

from gateway.simulate import alaw
from gateway.simulate.hearing import RATE, loudness, sine, tone_level
from gateway.simulate.sdp import ALAW, EVENTS

PACKET_SECONDS = 0.02
PACKET_SAMPLES = 160
HEARD_SECONDS = 60
"""How much of what was heard is kept."""
QUIET = 100.0
"""A packet below this loudness (16-bit units) is silence."""
MAX_DIGITS = 64
SILENCE = bytes([alaw.SILENCE]) * PACKET_SAMPLES
DIGIT_PACKETS = 5  # 100 ms
DIGITS = "0123456789*#ABCD"  # RFC 4733 section 3.2
_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")


class Ear:
    """What was heard lately; asks answer about the last moments, not about the last packets."""

    def __init__(self) -> None:
        self._heard: deque[tuple[float, bytes]] = deque(maxlen=int(HEARD_SECONDS / PACKET_SECONDS))
        self.packets = 0
        self.digits = ""
        self._pressed = asyncio.Event()

    def hear_digit(self, digit: str) -> None:
        """One key; more than MAX_DIGITS are not kept."""
        if len(self.digits) < MAX_DIGITS:
            self.digits += digit
            self._pressed.set()

    async def digits_heard(self, count: int, within_seconds: float) -> str:
        """The first ``count`` keys; raises TimeoutError. One task at a time may wait."""
        async with asyncio.timeout(within_seconds):
            while len(self.digits) < count:
                self._pressed.clear()
                await self._pressed.wait()
        return self.digits[:count]

    def hear(self, at: float, sound: bytes) -> None:
        """One packet of A-law."""
        self.packets += 1
        self._heard.append((at, sound))

    def samples(self, seconds: float = 0.5) -> array[int]:
        """What arrived in the last ``seconds``; silence that was not sent is not in it."""
        since = asyncio.get_running_loop().time() - seconds
        return alaw.decode(b"".join(sound for at, sound in self._heard if at >= since))

    def level(self, hertz: float, seconds: float = 0.5) -> float:
        """The amplitude of a tone in the last ``seconds``, 0..32767; 0 when too little arrived."""
        samples = self.samples(seconds)
        enough = seconds * RATE / 2
        return tone_level(samples, hertz) if len(samples) >= enough else 0.0

    def hears(self, hertz: float, seconds: float = 0.5) -> bool:
        """Whether this tone is clearly there: -30 dB of full scale or more."""
        return self.level(hertz, seconds) > 1000

    def longest_silence(self, since: float) -> float:
        """The longest time without any sound from ``since`` (loop time) until now, in seconds."""
        longest, last = 0.0, since
        for at, sound in self._heard:
            if at > since and loudness(alaw.decode(sound)) > QUIET:
                longest, last = max(longest, at - last), at
        return max(longest, asyncio.get_running_loop().time() - last)

    def loudness(self, seconds: float = 0.5) -> float:
        """Root mean square of the last ``seconds`` in 16-bit units."""
        return loudness(self.samples(seconds))


class Sound(asyncio.DatagramProtocol):
    """One UDP port that sends a packet every 20 ms and listens; ``run`` is its task."""

    def __init__(self) -> None:
        self.ear = Ear()
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._to: tuple[str, int] | None = None
        self._source = b""
        self._place = 0
        self._loops = False
        self._muted = False
        self._digits: deque[int] = deque(maxlen=MAX_DIGITS)
        self.sequence = secrets.randbelow(1 << 15)
        self._clock = secrets.randbelow(1 << 31)
        self._ssrc = secrets.randbits(32)
        self._last_event = -1

    @classmethod
    async def open(cls, host: str) -> Self:
        """Bound to a free port of ``host``."""
        loop = asyncio.get_running_loop()
        transport, sound = await loop.create_datagram_endpoint(cls, local_addr=(host, 0))
        sound.attach(transport)
        return sound

    def attach(self, transport: asyncio.DatagramTransport) -> None:
        """The socket to send from."""
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there yet, or any more: the next packet will tell."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:  # noqa: ARG002 - asyncio's
        """One packet; anything but our two payload types is dropped."""
        if len(data) <= _HEADER.size or data[0] >> 6 != 2:
            return
        kind = data[1] & 0x7F
        body = data[_HEADER.size + 4 * (data[0] & 0x0F) :]
        if kind == ALAW:
            self.ear.hear(asyncio.get_running_loop().time(), body)
        elif kind == EVENTS and len(body) >= _EVENT.size:
            event, flags, _ = _EVENT.unpack_from(body)
            stamp = _HEADER.unpack_from(data)[3]
            ended, known = flags & 0x80, event < len(DIGITS)
            if ended and known and stamp != self._last_event:
                self._last_event = stamp
                self.ear.hear_digit(DIGITS[event])

    def send_to(self, address: tuple[str, int] | None) -> None:
        """Where the sound goes; None sends nothing."""
        self._to = address

    def play(self, samples: list[int], *, loop: bool = False) -> None:
        """Send this instead of silence, once or for ever; 16-bit samples at 8000 Hz."""
        rest = -len(samples) % PACKET_SAMPLES
        self._source = alaw.encode(samples) + bytes([alaw.SILENCE]) * rest
        self._place, self._loops = 0, loop

    def play_tone(self, hertz: int) -> None:
        """A whole second fits any whole frequency, so the loop has no click."""
        self.play(sine(hertz, 1.0), loop=True)

    def play_file(self, path: Path) -> None:
        """A WAV of 16 bits, one channel, 8000 Hz; ValueError for any other."""
        with wave.open(str(path)) as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
                raise ValueError("8000 Hz, 16 bit, mono")
            self.play(list(array("h", file.readframes(file.getnframes()))))

    @property
    def plays(self) -> bool:
        """Whether something of what was given to play is still to be sent."""
        return bool(self._source)

    def mute(self, *, muted: bool) -> None:
        """Send no packets at all, as a phone that lost its network."""
        self._muted = muted

    def send_digits(self, digits: str) -> None:
        """Press keys; ValueError for a key that is not on a telephone."""
        self._digits.extend(DIGITS.index(digit) for digit in digits)

    async def run(self) -> None:
        """Send until cancelled; late packets are sent at once, so the pace never drifts."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if self._digits:
                due = await self._send_digit(self._digits.popleft(), due)
                continue
            self._send(ALAW, self._next_sound())
            self._clock += PACKET_SAMPLES
            due += PACKET_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def _send_digit(self, event: int, due: float) -> float:
        loop = asyncio.get_running_loop()
        started = self._clock
        for count in range(1, DIGIT_PACKETS + 3):
            ended = count >= DIGIT_PACKETS
            length = min(count, DIGIT_PACKETS) * PACKET_SAMPLES
            body = _EVENT.pack(event, (0x80 if ended else 0) | 10, length)
            self._send(EVENTS, body, marker=count == 1, stamp=started)
            self._clock += PACKET_SAMPLES
            due += PACKET_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))
        return due

    def _next_sound(self) -> bytes:
        if not self._source:
            return SILENCE
        sound = self._source[self._place : self._place + PACKET_SAMPLES]
        self._place += PACKET_SAMPLES
        if self._place >= len(self._source):
            self._place = 0
            if not self._loops:
                self._source = b""
        return sound

    def _send(self, kind: int, body: bytes, *, marker: bool = False, stamp: int = -1) -> None:
        self.sequence = (self.sequence + 1) & 0xFFFF
        if self._to is None or self._muted or self._transport is None:
            return
        clock = (self._clock if stamp < 0 else stamp) & 0xFFFFFFFF
        header = _HEADER.pack(
            0x80, kind | (0x80 if marker else 0), self.sequence, clock, self._ssrc
        )
        self._transport.sendto(header + body, self._to)

    def close(self) -> None:
        """Give the port back."""
        if self._transport is not None:
            self._transport.close()
