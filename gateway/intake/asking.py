"""What a caller says in the flow: the ear is asked, where they went is recorded, their words never.

The flow knows neither the ear nor the store; this stands between them.
"""

from __future__ import annotations

from pathlib import Path

from asr import wire
from gateway.core.facts import Fact, FactKind
from gateway.intake.floor import Floor
from gateway.ports.ears import Ears
from ivr.machine import DEAF, DONE, Choice, Hear, Heard, Input

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


class Choices:
    """Where callers who were listened to went, and what decided it."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    async def chose(self, hotline_id: str, choice: Choice) -> None:
        """Recorded once they have gone on; a call that nobody knows is none of ours."""
        async with self._floor.turn:
            call = self._floor.call_by_hotline_id(hotline_id)
            if call is None:
                return
            fact = Fact(
                kind=FactKind.SPEECH_CHOSE,
                at=self._floor.clock.now(),
                contact_id=call.id,
                data={"target": choice.target, "by": choice.by.value},
            )
            await self._floor.commit(fact, must=False)
