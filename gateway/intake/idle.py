"""Conversations in which everything is said are closed politely after a while of silence."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from gateway.core.chat import Chat, ChatForm, ChatState
from gateway.core.errors import StoreUnavailable
from gateway.intake.floor import Floor
from gateway.intake.inbound import is_chinese
from gateway.intake.talks import Talks

LOOK_EVERY_SECONDS = 5.0


def is_idle(chat: Chat, now: datetime, seconds: float) -> bool:
    """Whether nothing is owed and nothing was said for so long; a form is never."""
    last = max((at for at in (chat.last_in_at, chat.last_out_at) if at), default=None)
    return (
        chat.state is ChatState.OPEN
        and chat.form is ChatForm.CHAT
        and chat.waiting_since is None
        and last is not None
        and now - last >= timedelta(seconds=seconds)
    )


class Idle:
    """``run`` it; ``seconds`` 0: nothing is closed."""

    def __init__(self, floor: Floor, talks: Talks, *, seconds: float, zh: str, en: str) -> None:
        self.floor = floor
        self._talks = talks
        self._seconds = seconds
        self._zh, self._en = zh, en

    async def run(self) -> None:
        """Look for ever."""
        while True:
            with suppress(StoreUnavailable):
                await self.look()
            await self.floor.clock.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> None:
        """Close what is idle now."""
        if not self._seconds:
            return
        now = self.floor.clock.now()
        for here in tuple(self.floor.chats.at_seat.values()):
            for chat in tuple(here.values()):
                if is_idle(chat, now, self._seconds):
                    said = self.floor.chats.texts.get(chat.id, "")
                    text = self._zh if is_chinese(said) else self._en
                    await self._talks.farewell(chat.id, text, "idle")
