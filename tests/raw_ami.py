"""A manager-interface client for tests: every message as a dict, nothing clever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.eventually import eventually

Message = dict[str, str]


class RawAmi:
    """``events`` holds everything that came, in order; ``action`` waits for its own answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._answers: dict[str, asyncio.Future[Message]] = {}
        self._lists: dict[str, list[Message]] = {}
        self._count = 0
        self.events: list[Message] = []

    async def read(self) -> None:
        """Read until the connection ends."""
        lines: list[str] = []
        while line := await self._reader.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if text:
                lines.append(text)
                continue
            message: Message = {}
            for entry in lines:
                name, _, value = entry.partition(": ")
                message[name.rstrip(":")] = (
                    f"{message[name]}\n{value}" if name in message else value
                )
            lines = []
            if not message:
                continue
            action = message.get("ActionID", "")
            if "Response" in message and action in self._answers:
                if not self._answers[action].done():
                    self._answers[action].set_result(message)
                continue
            if action in self._lists:
                self._lists[action].append(message)
            self.events.append(message)

    async def action(self, name: str, **headers: str) -> Message:
        """Send one action and give its Response, within 5 s."""
        self._count += 1
        action = f"t{self._count}"
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._answers[action] = answer
        self._lists[action] = []
        text = f"Action: {name}\r\nActionID: {action}\r\n"
        text += "".join(f"{key}: {value}\r\n" for key, value in headers.items())
        self._writer.write((text + "\r\n").encode())
        async with asyncio.timeout(5):
            return await answer

    async def listing(self, name: str, **headers: str) -> list[Message]:
        """Send a list action; its items, none when it was refused."""
        answer = await self.action(name, **headers)
        if answer["Response"] != "Success":
            return []
        action = answer["ActionID"]
        await eventually(lambda: any("EventList" in item for item in self._lists[action]))
        return self._lists[action][:-1]

    def seen(self, event: str, **headers: str) -> list[Message]:
        """The events of this name with these header values, in order."""
        return [
            message
            for message in self.events
            if message.get("Event") == event
            and all(message.get(key) == value for key, value in headers.items())
        ]

    async def event(self, event: str, *, within_seconds: float = 5, **headers: str) -> Message:
        """The first such event, waiting for it if it has not come yet."""
        try:
            return (await eventually(lambda: self.seen(event, **headers), within_seconds))[0]
        except AssertionError:
            raise AssertionError(f"no {event} {headers} in {within_seconds} s") from None


@asynccontextmanager
async def raw_ami(port: int, user: str, secret: str) -> AsyncIterator[RawAmi]:
    """Logged in and reading."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    ami = RawAmi(reader, writer)
    tasks = asyncio.TaskGroup()
    await tasks.__aenter__()
    reading = tasks.create_task(ami.read())
    try:
        answer = await ami.action("Login", Username=user, Secret=secret)
        assert answer["Response"] == "Success", answer
        yield ami
    finally:
        reading.cancel()
        writer.close()
        await tasks.__aexit__(None, None, None)  # a test's failure stays what it is
