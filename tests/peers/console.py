"""A console without a screen: logs in, signs in to a seat, keeps the pushed state, paints pops."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

import aiohttp

from tests.eventually import eventually

Json = dict[str, Any]


@dataclass
class Console:
    """One operator's browser, as far as the server can tell."""

    url: str
    http: aiohttp.ClientSession
    state: Json = field(default_factory=dict)
    seq: int = -1
    epoch: str = ""
    paints: bool = True
    pops: list[str] = field(default_factory=list)
    sip: Json = field(default_factory=dict)
    heard: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    """The types of the last messages."""
    socket: aiohttp.ClientWebSocketResponse | None = None
    _keys: "count[int]" = field(default_factory=lambda: count(1))

    async def post(self, path: str, body: Json | None = None) -> Any:
        """One command; a refusal fails the test with the problem's text."""
        async with self.http.post(self.url + path, json=body or {}) as answer:
            text = await answer.text()
            assert answer.status < 300, f"{path}: {answer.status} {text}"
            return await answer.json() if text else {}

    async def get(self, path: str) -> Any:
        """One question."""
        async with self.http.get(self.url + path) as answer:
            assert answer.status == 200, f"{path}: {answer.status} {await answer.text()}"
            return await answer.json()

    async def sound(self, path: str) -> bytes:
        """A file of sound."""
        async with self.http.get(self.url + path) as answer:
            assert (answer.status, answer.content_type) == (200, "audio/wav"), path
            return await answer.read()

    async def put(self, path: str, body: Json) -> Json:
        """One replacement."""
        async with self.http.put(self.url + path, json=body) as answer:
            assert answer.status == 200, f"{path}: {answer.status} {await answer.text()}"
            return dict(await answer.json())

    async def search(self, number: str) -> Json:
        """The contacts of one number."""
        return dict(await self.post("/api/v1/contacts/search", {"number": number}))

    async def sit(self, seat: str, phone: str = "desk") -> Self:
        """Sign in to a seat."""
        answer = await self.post("/api/v1/seat/sign-in", {"seat": seat, "phone": phone})
        self.sip = answer["sip"] or {}
        return self

    async def ready(self) -> None:
        """Take calls."""
        await self.post("/api/v1/seat/ready")

    @property
    def call(self) -> Json | None:
        """The pop, if there is one."""
        return self.state.get("call")

    @property
    def seat_state(self) -> str:
        """The seat's state; signed_out when there is none."""
        seat = self.state.get("seat")
        return seat["state"] if seat else "signed_out"

    async def sees(self, state: str, within_seconds: float = 10) -> Json:
        """Wait until the call at this seat is in a state."""

        def look() -> Json | None:
            call = self.call
            return call if call and call["state"] == state else None

        return await eventually(look, within_seconds)

    async def seat_becomes(self, state: str, within_seconds: float = 10) -> None:
        """Wait until the seat is in a state."""
        await eventually(lambda: self.seat_state == state, within_seconds)

    @property
    def chats(self) -> list[Json]:
        """The conversations of this seat."""
        return list(self.state.get("chats", ()))

    def chat(self, contact_id: str) -> Json | None:
        """One of them."""
        return next((one for one in self.chats if one["contact_id"] == contact_id), None)

    async def chat_is(self, state: str, contact_id: str = "", within_seconds: float = 10) -> Json:
        """Wait until a conversation of this seat (this one) is in a state."""

        def look() -> Json | None:
            return next(
                (
                    one
                    for one in self.chats
                    if one["state"] == state and contact_id in ("", one["contact_id"])
                ),
                None,
            )

        return await eventually(look, within_seconds)

    async def chat_is_gone(self, contact_id: str, within_seconds: float = 10) -> None:
        """Wait until this seat has it no more."""
        await eventually(lambda: self.chat(contact_id) is None, within_seconds)

    async def accept(self, contact_id: str = "") -> Json:
        """Wait for an offer (of this one) and have it."""
        chat = await self.chat_is("offered", contact_id)
        await self.post(f"/api/v1/chats/{chat['contact_id']}/accept")
        return await self.chat_is("open", chat["contact_id"])

    async def say(self, contact_id: str, text: str, *, key: str = "", note: bool = False) -> Json:
        """Answer the citizen, or note something."""
        body = {"client_key": key or f"console-{next(self._keys)}", "text": text, "note": note}
        return dict(await self.post(f"/api/v1/chats/{contact_id}/messages", body))

    async def messages(self, contact_id: str) -> list[Json]:
        """Everything said in it."""
        answer = await self.get(f"/api/v1/chats/{contact_id}/messages")
        return list(answer["items"])

    async def live(self) -> None:
        """Listen for ever, as the page does."""
        given = await self.post("/api/v1/live/ticket")
        query = {"ticket": given["ticket"]}
        if self.epoch:
            query |= {"epoch": self.epoch, "last": str(self.seq)}
        async with self.http.ws_connect(f"{self.url}/api/v1/live", params=query) as socket:
            self.socket = socket
            async for frame in socket:
                message = frame.json()
                self.heard.append(message["type"])
                if message["type"] == "snapshot":
                    self.state, self.seq = message["data"], message["seq"]
                    self.epoch = message["epoch"]
                elif message["type"] == "ping":
                    await socket.send_json({"t": "pong"})
                elif "seq" in message and message["type"] != "resumed":
                    assert message["seq"] == self.seq + 1, "a gap in the push"
                    self.seq = message["seq"]
                    self.state[message["type"]] = message["data"]
                call = self.call
                if call and call["state"] == "offered" and call["contact_id"] not in self.pops:
                    self.pops.append(call["contact_id"])
                    if self.paints:
                        shown = {"t": "pop_shown", "contact_id": call["contact_id"]}
                        await socket.send_json(shown)


@asynccontextmanager
async def console(url: str, login: str, password: str) -> AsyncIterator[Console]:
    """Log in and listen."""
    jar = aiohttp.CookieJar(unsafe=True)  # unsafe: the tests' host is an address, not a name
    headers = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as http:
        one = Console(url, http)
        await one.post("/api/v1/session", {"login": login, "password": password})
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(one.live())
            await eventually(lambda: one.state)
            yield one
            listening.cancel()
