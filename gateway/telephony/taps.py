"""What one leg says, sent to a listener while it is said.

Asterisk calls the listener by AudioSocket (TCP; 8 kHz, 16 bit, 320 bytes each 20 ms) and spies on
the leg in one direction (ChanSpy), so that music and prompts are not in it. It follows the leg
through queue, bridge, hold and room. A listener that is dead, hung or slow costs its tap and
nothing else: the write has a time limit, and the tap ends (measured; a WebSocket has none, and a
listener that stopped reading kept the call from ending).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gateway.core.errors import Invalid, PhonesUnavailable, Problem
from gateway.core.line import LiveTap, TapEnded
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_names import TAP_PREFIX, checked_channel

MOST_TAPS = 2_000
CONTEXT = "hotline-tap"

BEGIN_MILLISECONDS = 3_000
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")


class Taps:
    """At most MOST_TAPS at a time."""

    def __init__(self, links: AmiLinks) -> None:
        self._voice, self._calls = links.voice, links.calls
        self._there: set[str] = set()
        """Every tap that was ordered and has not ended."""

    @property
    def running(self) -> int:
        """How many were ordered and have not ended."""
        return len(self._there)

    async def start(self, channel: str, stream: str, address: tuple[str, int]) -> None:
        """Order a tap. Raises Invalid for a name that is none, PhonesUnavailable when refused."""
        leg, device = checked_channel(channel), _device(stream, address)
        if len(self._there) >= MOST_TAPS:
            raise PhonesUnavailable(f"more than {MOST_TAPS} taps")
        self._there.add(stream)
        try:
            answer = await self._voice.act(
                "Originate",
                Channel=device,
                Context=CONTEXT,
                Exten="s",
                Priority=1,
                Variable=f"HOTLINE_TAPPED={leg}",
                ChannelId=TAP_PREFIX + stream,
                Timeout=BEGIN_MILLISECONDS,
                Async="true",
            )
        except PhonesUnavailable:
            self._there.discard(stream)
            self.stop(stream)  # it may have been heard all the same
            raise
        if not answer.ok:
            self._there.discard(stream)
            raise PhonesUnavailable(f"tap refused: {answer.get('Message')}")

    def stop(self, stream: str) -> None:
        """Take a tap off; nothing happens when it is gone."""
        self._calls.tell("Hangup", Channel=TAP_PREFIX + _checked_stream(stream))

    def heard(self, message: AmiMessage, now: datetime) -> list[TapEnded]:
        """Keep in step; says once that a tap is no more."""
        match message.event:
            case "Hangup":
                return self._end(_stream_of(message.get("Uniqueid")), now)
            case "OriginateResponse" if message.get("Response") == "Failure":
                # no channel was made: the name is the one that was asked for
                return self._end(message.get("Channel").rpartition("/")[2], now)
        return []

    def restore(self, taps: Iterable[LiveTap]) -> None:
        """Begin anew with what a snapshot has; whatever else was ordered is ended."""
        there = {one.stream for one in taps if one.channel}
        for stream in (self._there | {one.stream for one in taps}) - there:
            self.stop(stream)
        self._there = there

    def _end(self, stream: str, now: datetime) -> list[TapEnded]:
        if stream not in self._there:
            return []
        self._there.remove(stream)
        return [TapEnded(stream=stream, at=now)]


def _stream_of(uniqueid: str) -> str:
    return uniqueid.removeprefix(TAP_PREFIX) if uniqueid.startswith(TAP_PREFIX) else ""


def _device(stream: str, address: tuple[str, int]) -> str:
    host, port = address
    if not _HOST.fullmatch(host) or not 0 < port < 65536:
        raise Invalid(Problem("/address", "bad-name", "地址不合规", "Not a valid address."))
    return f"AudioSocket/{host}:{port}/{_checked_stream(stream)}"


def _checked_stream(stream: str) -> str:
    try:
        fine = str(UUID(stream)) == stream
    except ValueError:
        fine = False
    if not fine:
        raise Invalid(Problem("/stream", "bad-name", "名称不合规", "Not a UUID."))
    return stream
