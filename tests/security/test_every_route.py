"""Every route there is, with everything that should not come: 4xx as a problem, never 500.

Made from the route table, so that a new route is here without anybody thinking of it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from gateway.core.operator import Right, Role, may
from gateway.web.openapi import PATH_PART
from gateway.web.operation import PUBLIC, Operation
from tests.gateway.web.web_world import APP_KEY, Answer, Browser, WebWorld, web_world

LOGINS = {
    Role.OPERATOR: "li",
    Role.SUPERVISOR: "chen",
    Role.ADMIN: "guo",
    Role.AUDITOR: "shen",
}
GARBAGE = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "cut off": b'{"a":',
    "no utf-8": b'{"a":"\xff\xfe"}',
    "not a number": b'{"a":NaN}',
    "infinite": b'{"a":1e999}',
    "a lone surrogate": b'{"a":"\\ud800"}',
    "a huge number": b'{"a":' + b"9" * 5000 + b"}",
    "deep lists": b"[" * 30_000,
    "deep objects": b'{"a":' * 10_000,
    "a name twice": b'{"a":1,"a":2}',
    "an unknown name": b'{"__proto__":{"x":1},"role":"admin"}',
    "five thousand names": json.dumps(dict.fromkeys(map(str, range(5000)))).encode(),
    "too much": b'{"a":"' + b"x" * 70_000 + b'"}',
}
WRONG_VALUES: tuple[Any, ...] = (
    None, True, -1, 1e308, [], {}, [[]], "", "x" * 60_000, "\u0000", "\u202e110", "a\r\nb",
    ["x"] * 2000, {"a": {"a": {"a": 1}}},
)  # fmt: skip
PARTS = (
    "..%2f..%2fetc%2fpasswd", "%00", "%0d%0aX-Evil:1", "x" * 3000, "%F0%9F%98%80", "Local%2Fs@out",
    "PJSIP%2Fa&PJSIP%2Fb", "*72", "9900861234567", "%24%7BSHELL(id)%7D", "1%27%20OR%201=1--", "-1",
)  # fmt: skip
QUERIES = (
    "x=1", "limit=-1", "limit=1e9", "limit=" + "9" * 400, "last=x&epoch=", "a=1&a=2", "a[]=1",
    "before=%00", "since=2026-99-99T00:00:00Z", "kind=%F0%9F%98%80", "q=" + "x" * 6000, "&&&=",
)  # fmt: skip


def path_of(operation: Operation, part: str = "x") -> str:
    """The path with every variable part replaced."""
    return PATH_PART.sub(lambda _: part, operation.path.replace("{name:.+}", part))


def wrong_fields(operation: Operation) -> Iterator[bytes]:
    """A body for each field and each wrong value; the other fields are left out."""
    assert operation.body is not None
    for field in dataclasses.fields(operation.body):
        for value in WRONG_VALUES:
            yield json.dumps({field.name: value}).encode()


def must_be_a_refusal(answer: Answer, what: object) -> None:
    """4xx, told as a problem, without a trace of our insides."""
    assert 400 <= answer.status < 500, (what, answer.status, answer.raw[:300])
    if not answer.raw:
        return  # a HEAD
    assert answer.headers["Content-Type"].startswith("application/problem+json"), what
    assert answer.json["status"] == answer.status
    assert b"Traceback" not in answer.raw
    assert b'File "' not in answer.raw


class Everybody:
    """A browser for each role, a visitor's and an App's; the one that may use a route asks."""

    def __init__(self, world: WebWorld, stack: AsyncExitStack) -> None:
        self._world, self._stack = world, stack
        self._browsers: dict[str, Browser] = {}

    async def who_may(self, operation: Operation) -> Browser:
        """Somebody with the right for this operation."""
        login = ""
        if operation.guard is not None:
            return await self._guest("an app" if "/app/" in operation.path else "a visitor")
        if operation.policy is not PUBLIC:
            assert isinstance(operation.policy, Right)
            login = next(LOGINS[role] for role in Role if may(role, operation.policy))
        if login not in self._browsers:
            browser = self._world.browser(login)
            self._browsers[login] = await self._stack.enter_async_context(browser)
        return self._browsers[login]

    async def _guest(self, who: str) -> Browser:
        """Whom a guard lets in, with what every such request needs."""
        if who not in self._browsers:
            browser = await self._stack.enter_async_context(self._world.browser())
            browser.http.headers.update({"Tus-Resumable": "1.0.0", "Idempotency-Key": "key-000001"})
            if who == "an app":
                browser.http.headers["Authorization"] = f"Bearer {APP_KEY}"
            else:
                assert (await browser.ask("POST", "/api/v1/chat/session", {})).status == 200
            self._browsers[who] = browser
        return self._browsers[who]


async def test_no_body_is_a_fault_of_ours(tmp_path: Path) -> None:
    """Garbage, wrong types, sizes and media at every route that takes a body."""
    async with web_world(tmp_path) as world, AsyncExitStack() as stack:
        everybody, asked = Everybody(world, stack), 0
        for operation in world.server.operations:
            if operation.body is None:
                continue
            browser, path = await everybody.who_may(operation), path_of(operation)
            for name, body in GARBAGE.items():
                answer = await browser.ask(operation.method, path, raw=body)
                must_be_a_refusal(answer, (operation.method, path, name))
            for body in wrong_fields(operation):  # some of them are right for some field
                answer = await browser.ask(operation.method, path, raw=body)
                assert answer.status < 500, (operation.method, path, body[:80])
            for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
                headers = {"Content-Type": media}
                answer = await browser.ask(operation.method, path, raw=b"{}", headers=headers)
                assert answer.status == 415, (path, media)
            asked += 1
        assert asked >= 15


async def test_no_path_and_no_query_is_a_fault_of_ours(tmp_path: Path) -> None:
    """Ids and queries of every kind: not found, not understood, or ignored; never a fault."""
    async with web_world(tmp_path) as world, AsyncExitStack() as stack:
        everybody = Everybody(world, stack)
        for operation in world.server.operations:
            browser = await everybody.who_may(operation)
            if "{" in operation.path and "name:" not in operation.path:
                for part in PARTS:
                    path = path_of(operation, part)
                    answer = await browser.ask(operation.method, path)
                    must_be_a_refusal(answer, (operation.method, path))
            if operation.method == "GET":
                for query in QUERIES:
                    path = f"{path_of(operation)}?{query}"
                    answer = await browser.ask("GET", path, headers={"Origin": world.url})
                    assert answer.status < 500 or answer.json["code"] == "not-built", path


async def test_no_target_of_a_call_comes_from_a_request(tmp_path: Path) -> None:
    """Toll fraud through the API: whatever is written into a request, no telephone hears of it."""
    targets = [
        "9900861234567", "00441234567", "Local/s@hotline-in", "PJSIP/trunk-city/9900861234567",
        "PJSIP/a&PJSIP/b", "*72", "sip:9900861234567@198.51.100.7", "8001,1)System(id)",
    ]  # fmt: skip
    async with web_world(tmp_path) as world, AsyncExitStack() as stack:
        everybody = Everybody(world, stack)
        phones = world.floor.phones
        for operation in world.server.operations:
            if operation.method not in ("POST", "PUT", "DELETE"):
                continue
            browser = await everybody.who_may(operation)
            names = [field.name for field in dataclasses.fields(operation.body or Nothing)]
            for target in targets:
                part = target.replace("/", "%2F").replace("&", "%26")
                fields = dict.fromkeys((*names, "target", "number", "exten", "channel"), target)
                for body in ({}, dict.fromkeys(names, target), fields):
                    await browser.ask(operation.method, path_of(operation, part), body)
        told = repr([getattr(phones, field.name) for field in dataclasses.fields(phones)])
        assert not [target for target in targets if target in told]
        assert not phones.members
        assert not phones.hung_up


@dataclasses.dataclass
class Nothing:
    """The body of a route without one."""


@pytest.mark.parametrize(
    "head",
    [
        b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"x" * 20_000),
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: 1\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n Folded: y\r\n\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
    ],
)
async def test_no_head_of_a_request_is_a_fault_of_ours(tmp_path: Path, head: bytes) -> None:
    """Long lines, many headers, two lengths, no HTTP: 4xx, and the connection ends."""
    async with web_world(tmp_path) as world:
        reader, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
        writer.write(head)
        async with asyncio.timeout(10):
            line = await reader.readline()
        assert b" 4" in line, line
        writer.transport.abort()
