"""The door of the flow: strangers do no harm, a crowd is refused, closing ends everything."""

from __future__ import annotations

import asyncio

import pytest

from ivr.agi import MAX_REQUEST_BYTES
from ivr.session import SessionLimits
from tests.eventually import eventually
from tests.ivr.test_session import House, outcome, serving
from tests.peers.agi_peer import AgiCaller

PATIENT = SessionLimits(command=30, prompt=30, whole=30)


async def knock(port: int, data: bytes, *, leave: bool = True) -> bytes:
    """Connect, say this, and either leave or wait for the server to hang up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        await writer.drain()
        if leave:
            return b""
        async with asyncio.timeout(3):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("said", [b"", b"agi_network: yes\n", b"agi_network: yes\nagi_x"])
async def test_connect_and_close_is_harmless(said: bytes) -> None:
    """A port scan or a health check: the loop goes on, the next caller is served."""
    async with serving(House().decide) as server:
        await knock(server.port, said)
        await outcome(server, "caller-gone")
        caller = AgiCaller(server.port)
        await caller.run()
        assert caller.order[-1] == "GW_VERDICT"


@pytest.mark.parametrize(
    "said",
    [b"agi_x: y\n", b"x" * (MAX_REQUEST_BYTES + 1), b"GET / HTTP/1.1\r\nHost: a\n\n", b"\n\n"],
)
async def test_who_is_not_asterisk_is_shown_out(said: bytes) -> None:
    """Too slow, too long, another language: closed within the limit."""
    async with serving(House().decide) as server:
        assert await knock(server.port, said, leave=False) == b""
        await outcome(server, "protocol-fault")


async def test_a_crowd_is_refused_at_once() -> None:
    """Over the limit: closed at once, so that the dialplan goes on at once; later there is room."""
    async with serving(House().decide, max_calls=2) as server, asyncio.TaskGroup() as tasks:
        first = [AgiCaller(server.port) for _ in range(2)]
        for caller in first:
            caller.held.add("GET DATA")
            tasks.create_task(caller.run())
        await eventually(lambda: server.running == 2)
        late = AgiCaller(server.port)
        await late.run()
        assert (late.commands, server.outcomes["full"]) == ([], 1)
        await eventually(lambda: server.running == 0)
        again = AgiCaller(server.port)
        await again.run()
        assert again.order[-1] == "GW_VERDICT"


async def test_a_hundred_callers_at_once() -> None:
    """Each gets their own verdict."""
    async with serving(House().decide) as server, asyncio.TaskGroup() as tasks:
        callers = [AgiCaller(server.port) for _ in range(100)]
        for number, caller in enumerate(callers):
            caller.answers["GET DATA"] = b"200 result=%d\n" % (2 if number % 2 else 0)
            tasks.create_task(caller.run(20))
    queues = [caller.variables["GW_QUEUE"] for caller in callers]
    assert queues == ["civil", "enterprise"] * 50


async def test_closing_ends_every_call_and_frees_the_port() -> None:
    """A caller in the middle of the flow is let go after a moment; nobody new is taken."""
    async with asyncio.TaskGroup() as tasks:
        async with serving(House().decide, limits=PATIENT) as server:
            caller = AgiCaller(server.port)
            caller.held.add("GET DATA")
            tasks.create_task(caller.run())
            await eventually(lambda: server.running == 1)
        assert server.running == 0
        assert "GW_VERDICT" not in caller.variables
    with pytest.raises(ConnectionError):
        await AgiCaller(server.port).run()


async def test_what_the_body_raises_comes_out_as_it_is() -> None:
    """The server's own tasks do not wrap it."""
    with pytest.raises(LookupError):
        async with serving(House().decide):
            raise LookupError
