"""A simulated citizen's browser: the chat and the form through the interface that pages use."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp

from gateway.simulate.errors import PhoneError
from gateway.simulate.proof import solved

CHAT = "/api/v1/chat"
POLL_SECONDS = 20
FORM_TOKEN = re.compile(r'name="form" value="([A-Za-z0-9._-]+)"')
RECEIPT_NUMBER = re.compile(r'data-testid="receipt-number">R([0-9A-F-]+)<')
WANTS_PROOF = 'data-testid="form-proof"'


class TurnedAway(PhoneError):
    """The gateway did not take what was written."""

    def __init__(self, path: str, status: int) -> None:
        super().__init__(path, status)
        self.path, self.status = path, status


class Writer:
    """One browser; ``web`` sends the gateway's own origin. Raises TurnedAway, ClientError."""

    def __init__(self, web: aiohttp.ClientSession, url: str) -> None:
        self._web, self._url = web, url
        self._token = ""
        self.conv, self.last_seq = "", 0

    async def begin(self) -> None:
        """Have a visit, for a proof of work when one is asked for."""
        if not self._token:
            body: dict[str, Any] = {"token": True}
            status, said = await self._ask("POST", "/session", body)
            if status == 429 and said.get("code") == "proof-needed":
                body["proof"] = await self._proof()
                status, said = await self._ask("POST", "/session", body)
            if status != 200:
                raise TurnedAway("/session", status)
            self._token = str(said["token"])

    async def say(self, text: str, tries: int = 3) -> None:
        """One message; sent again under the same key it is one."""
        key = {"Idempotency-Key": secrets.token_hex(16)}
        for left in reversed(range(tries)):
            status, said = await self._ask("POST", "/messages", {"text": text}, key)
            if status in (200, 201):
                if said["conv"] != self.conv:
                    self.conv, self.last_seq = str(said["conv"]), 0
                return
            if status < 500 or not left:
                raise TurnedAway("/messages", status)
            await asyncio.sleep(1)

    async def hears_a_person(self, seconds: float) -> bool:
        """Wait for an operator's word; False when it was closed, or took longer."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            wait = min(POLL_SECONDS, int(left) + 1)
            path = f"/events?after={self.last_seq}&wait={wait}&conv={self.conv}"
            status, said = await self._ask("GET", path)
            if status != 200:
                await asyncio.sleep(1)
                continue
            self.last_seq = max(self.last_seq, int(said["last_seq"]))
            if any(one["body"]["who"] == "operator" for one in said["events"]):
                return True
            if said["status"]["state"] == "closed":
                return False
        return False

    async def leave(self) -> None:
        """End the conversation, if there is one."""
        if self._token:
            await self._ask("POST", "/leave", {})

    async def hand_in(self, fields: Mapping[str, str]) -> str:
        """The form, filled in; gives the beginning of its contact's id."""
        async with self._web.get(f"{self._url}/form") as page:
            token = FORM_TOKEN.search(await page.text())
        if token is None:
            raise TurnedAway("/form", page.status)
        filled = {**fields, "form": token[1]}
        text = await self._post_form(filled)
        if WANTS_PROOF in text:
            text = await self._post_form({**filled, "proof": await self._proof()})
        number = RECEIPT_NUMBER.search(text)
        if number is None:
            raise TurnedAway("/form", 422)
        return number[1].replace("-", "").lower()

    async def _post_form(self, fields: Mapping[str, str]) -> str:
        async with self._web.post(f"{self._url}/form", data=fields) as answer:
            return await answer.text()

    async def _proof(self) -> str:
        _, puzzle = await self._ask("GET", "/puzzle")
        return await asyncio.to_thread(solved, puzzle)

    async def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        known = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._web.request(
            method, f"{self._url}{CHAT}{path}", json=body, headers={**known, **(headers or {})}
        ) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else {}
