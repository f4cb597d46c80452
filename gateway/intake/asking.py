"""The flow's ear, and what is kept of the flow: where callers went, never what they said.

The flow knows neither the ear nor the store; this stands between them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from asr import wire
from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.number import GREETING
from gateway.intake.floor import Floor
from gateway.ports.ears import Ears
from ivr.machine import DEAF, DONE, Hear, Heard, Input
from ivr.session import Journey

EAR_HOST = "127.0.0.1"
"""The ear is our own child."""


class Asking:
    """The flow's ear: prompts are <name>.wav in ``prompts``."""

    def __init__(self, ears: Ears, prompts: Path | None) -> None:
        self._ears = ears
        self._prompts = prompts

    @property
    def address(self) -> tuple[str, int] | None:
        """Where the ear listens; None while nobody could understand anything."""
        ready = self._ears.ready
        deaf = ready is None or not ready.slots or self._prompts is None
        return None if deaf or ready is None else (EAR_HOST, ready.port)

    async def ask(self, stream: str, hear: Hear, most_seconds: float) -> Input:
        """Play, listen, answer. Raises EarsUnavailable."""
        if self._prompts is None:
            return DEAF
        answered = await self._ears.ask(
            wire.Ask(
                stream=stream,
                prompt=str(self._prompts / f"{hear.prompt}.wav"),
                words=hear.words,
                wait_ms=hear.wait_ms,
                most_ms=int(most_seconds * 1000),
            )
        )
        match answered.why:
            case "words":
                return Heard(answered.text)
            case "key":
                return answered.key
            case "silence" | "noise":
                return DONE
        return DEAF


class Journeys:
    """What is kept of the flow: which notice was heard, where those went who were listened to.

    ``notices`` maps the prompts that are one to the id of their text.
    """

    def __init__(self, floor: Floor, notices: Mapping[str, str]) -> None:
        self._floor = floor
        self._notices = notices

    async def went(self, journey: Journey) -> None:
        """Recorded once they have gone on; a call that nobody knows is none of ours."""
        async with self._floor.turn:
            call = self._floor.call_by_hotline_id(journey.hotline_id)
            now = self._floor.clock.now()
            data: list[tuple[FactKind, Mapping[str, Scalar]]] = [
                (FactKind.NOTICE_TOLD, {"notice_id": self._notices[prompt]})
                for prompt in sorted(journey.heard & self._notices.keys())
            ]
            if journey.measure:
                told = {"standing_id": journey.measure}
                data.append((FactKind.STANDING_TOLD, told))
            if choice := journey.choice:
                chose = {"target": choice.target, "by": choice.by.value}
                data.append((FactKind.SPEECH_CHOSE, chose))
            if journey.slow:
                data.append((FactKind.CALL_THROTTLED, {"limit": journey.slow}))
            if call is not None and data:
                facts = [Fact(kind=k, at=now, contact_id=call.id, data=d) for k, d in data]
                await self._floor.commit(*facts, must=False)


def notices_in(prompts: Path | None) -> Mapping[str, str]:
    """The greetings, each with its name and the fingerprint of its sound: what was said, exactly.

    Reads the files; without a folder nobody knows what is said.
    """
    files = prompts.glob(f"{GREETING}*.wav") if prompts else ()
    return {
        one.stem: f"{one.stem}-{hashlib.sha256(one.read_bytes()).hexdigest()[:12]}" for one in files
    }
