"""Words over the music of a caller who waits.

app_queue's own announcements stop it from handing the caller out while they are spoken (measured: a
free seat was not rung for more than 6 s). So the words come from a channel of their own that
whispers into the caller's (ChanSpy): the queue does not notice, and a seat that answers ends them.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.core import line
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_links import AmiLinks

MAX_WHISPERS = 1_000
CHANNEL = "Local/s@hotline-whisper/n"
OPTIONS = "qWES"
"""Quiet; talk only, hear nothing; end with the caller's channel, and when it is not there."""

_ENDS = (line.SeatAnswered, line.CallerLeftQueue, line.CallGone)
_FOLDER = "hotline"
_PREFIX = "whisper-"


class Whispers:
    """At most one at a time for a call, MAX_WHISPERS in all; more are not spoken."""

    def __init__(self, links: AmiLinks) -> None:
        self._voice, self._calls = links.voice, links.calls
        self._running: dict[str, str] = {}
        self._number = 0

    @property
    def running(self) -> int:
        """How many are spoken now."""
        return len(self._running)

    async def start(self, hotline_id: str, channel: str, prompts: Sequence[str]) -> None:
        """Speak ``prompts``, names in the sound folder, to ``channel``."""
        if hotline_id in self._running or len(self._running) >= MAX_WHISPERS:
            return
        self._number += 1
        ours = f"{_PREFIX}{self._number}-{hotline_id}"
        self._running[hotline_id] = ours
        answer = await self._voice.act(
            "Originate",
            Channel=CHANNEL,
            Application="ChanSpy",
            Data=f"{channel},{OPTIONS}",
            Variable="HOTLINE_WHISPER=" + "&".join(f"{_FOLDER}/{each}" for each in prompts),
            ChannelId=ours,
            OtherChannelId=f"{ours}-2",
            Timeout=2_000,
            Async="true",
        )
        if not answer.ok:
            self._running.pop(hotline_id, None)

    def heard(self, message: AmiMessage, news: Sequence[line.News]) -> None:
        """Keep in step: a whisper ended, or must end because its caller waits no more."""
        ended = message.event == "Hangup" or message.get("Response") == "Failure"
        if ended and message.get("Uniqueid").startswith(_PREFIX):
            self._running = {
                id_: name for id_, name in self._running.items() if name != message["Uniqueid"]
            }
        for each in news:
            name = self._running.get(each.hotline_id) if isinstance(each, _ENDS) else None
            if name is not None:
                self._calls.tell("Hangup", Channel=name)

    def forget(self) -> None:
        """The link is lost; what is being spoken ends by itself."""
        self._running.clear()
