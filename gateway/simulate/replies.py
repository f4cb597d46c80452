"""What a simulated operator does with the conversations at their seat: has them, answers, closes.

What to say follows from the conversation alone, so that whoever gets it next can go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Collection, Sequence
from typing import Any

import aiohttp

from gateway.core.contact import RECEIPT_DIGITS
from gateway.simulate.console import Console, ConsoleRefused
from gateway.simulate.day import Day, Seen
from gateway.simulate.matters import ASKS, FORM_ANSWER, GOODBYE, REGISTERED

LOOK_AGAIN_SECONDS = 10.0
AWAY = (ConsoleRefused, aiohttp.ClientError, TimeoutError)
"""The gateway refused, or was not there: what was meant is done another time."""
THANKED = "谢谢"
NOTE = "模拟会话，演示结束即办结"

Json = dict[str, Any]


class Replies:
    """``see`` what the screen shows; ``work`` answers one conversation after the other."""

    def __init__(self, day: Day, console: Console, *, seen: Seen, dice: random.Random) -> None:
        self._day, self._console = day, console
        self._seen, self._dice = seen, dice
        self._chats: Sequence[Json] = ()
        self._changed = asyncio.Event()
        self.dispositions: Sequence[str] = ()

    def see(self, chats: Sequence[Json]) -> None:
        """These are at the seat now."""
        self._chats = chats
        self._changed.set()

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await self._changed.wait()
            self._changed.clear()
            for chat in tuple(self._chats):
                with contextlib.suppress(*AWAY):
                    await self._see_to(chat)

    async def clear_up(self, forms: Collection[str]) -> None:
        """Close what stands at the seat, and these forms (by their ids' beginnings) in the line."""
        for chat in tuple(self._chats):
            with contextlib.suppress(*AWAY):
                if chat["state"] == "offered":
                    await self._post(chat, "accept", {})
                await self._close(chat)
        line = await self._console.ask("GET", "/api/v1/line")
        for item in line["items"]:
            if item["kind"] == "form" and item["id"][:RECEIPT_DIGITS] in forms:
                with contextlib.suppress(*AWAY):
                    await self._console.ask("POST", f"/api/v1/line/{item['id']}/take", {})
                    await self._close({"contact_id": item["id"]})

    async def _see_to(self, chat: Json) -> None:
        if chat["state"] == "offered":
            await asyncio.sleep(self._dice.uniform(0.8, 4))
            await self._post(chat, "accept", {})
        elif chat["waiting_since"] is not None:
            await asyncio.sleep(self._dice.uniform(0.4, 1.6) * self._day.typing_seconds)
            await self._answer(chat)

    async def _answer(self, chat: Json) -> None:
        thanked = THANKED in chat["last_text"] and chat["first_reply_at"] is not None
        if chat["form"] == "form":
            text = FORM_ANSWER
        elif thanked:
            text = GOODBYE
        else:
            text = self._dice.choice(ASKS if chat["first_reply_at"] is None else REGISTERED)
        # the key says what is answered: an answer that is sent twice is one
        said = {"client_key": f"{chat['contact_id']}-{chat['last_seq']}", "text": text}
        await self._post(chat, "shown", {"seq": chat["last_seq"]})
        await self._post(chat, "messages", said)
        self._seen.replies += 1
        if thanked or chat["form"] == "form":
            await self._close(chat)

    async def _close(self, chat: Json) -> None:
        said = {"code": self._dice.choice(self.dispositions), "note": NOTE}
        await self._post(chat, "close", said)
        self._seen.written_out += 1

    async def _post(self, chat: Json, what: str, body: Json) -> None:
        await self._console.ask("POST", f"/api/v1/chats/{chat['contact_id']}/{what}", body)
