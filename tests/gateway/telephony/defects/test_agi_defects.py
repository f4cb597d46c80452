"""Every defect of plain panoramisk's FastAGI: seen there, and not in our own server."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path

import pytest

from ivr.agi import Note, Reply, ReplyReader, encode
from ivr.errors import ProtocolFault, Unsafe
from ivr.server import FlowServer
from tests.eventually import eventually, remains
from tests.gateway.telephony.defects.world import Plain, plain
from tests.ivr.test_session import House, outcome, serving
from tests.peers.agi_peer import AgiCaller

CHECKOUT = Path(__file__).resolve().parents[4]


async def knock(port: int) -> None:
    """A port scan, or a health check of a load balancer."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"agi_network: yes\n")
    await writer.drain()
    writer.close()


async def reply_to(one: Plain, command: str) -> dict[str, object]:
    """What it made of the reply to this command."""

    def found() -> list[dict[str, object]]:
        replies = [line["reply"] for line in one.lines if "reply" in line]
        return [each for each in replies if each["to"].startswith(command)]

    return (await eventually(found, 20))[0]


async def served(server: FlowServer, caller: AgiCaller) -> None:
    """This caller gets a verdict."""
    await caller.run()
    assert caller.order[-1] == "GW_VERDICT", caller.commands
    await eventually(lambda: server.running == 0)


async def test_one_knock_freezes_the_whole_loop() -> None:
    """Connect and close: not one more pulse, for ever; ours serves the next caller."""
    async with plain("agi_knock") as one:
        port = await one.said("port")
        await eventually(lambda: one.count("pulse") >= 3, 20)
        await knock(port)
        await eventually(lambda: one.silent_seconds >= 1, 20)  # what was written before has come
        seen = one.count("pulse")
        await remains(lambda: one.count("pulse") == seen, 2)
    async with serving(House().decide) as server:
        await knock(server.port)
        await outcome(server, "caller-gone")
        await served(server, AgiCaller(server.port))


async def test_a_silent_stranger_is_kept_for_ever() -> None:
    """No deadline on what is read; ours lets go at its limit."""
    async with plain("agi_knock") as one:
        port = await one.said("port")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await reader.read(1)
        writer.close()
    async with serving(House().decide) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()


async def test_a_caller_who_is_gone_is_a_value_error() -> None:
    """``int('')`` of a closed connection; ours says that the caller is gone."""
    async with plain("agi_commands") as one:
        port = await one.said("port")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"agi_network_script: intake\n\n")
        await reader.readline()
        writer.close()
        assert (await reply_to(one, "GET DATA"))["raised"] == "ValueError"
    async with serving(House().decide) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"agi_network_script: intake\nagi_uniqueid: a1-1.1\n\n")
        await reader.readline()
        writer.close()
        await outcome(server, "caller-gone")


async def test_a_hang_up_is_taken_for_the_answer() -> None:
    """And every later answer for the next question; ours reads on."""
    async with plain("agi_commands") as one:
        caller = AgiCaller(await one.said("port"))
        caller.answers["GET DATA"] = b"HANGUP\n200 result=7\n"
        caller.answers["GET VARIABLE"] = b"200 result=1 (right)\n"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(caller.run(20))
            assert (await reply_to(one, "GET DATA"))["error"] == "AGIResultHangup"
            late = await reply_to(one, "GET VARIABLE")
        assert late["result"] == ["7", ""]
    reader = ReplyReader()
    assert reader.feed(b"HANGUP\n") is Note.HANGUP
    assert reader.feed(b"200 result=7\n") == Reply("7")


async def test_a_usage_text_is_read_for_one_line() -> None:
    """The rest are the answers to what is asked next; ours reads to its end and says refused."""
    usage = b"520-Invalid command syntax.  Proper usage follows:\nUsage: X\nMore.\n520 End.\n"
    async with plain("agi_commands") as one:
        caller = AgiCaller(await one.said("port"))
        caller.answers["GET DATA"] = usage
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(caller.run(20))
            assert (await reply_to(one, "GET DATA"))["error"] == "AGIUsageError"
            late = await reply_to(one, "GET VARIABLE")
        assert late.get("raised") == "ValueError" or "error" in late
    reader = ReplyReader()
    *before, last = usage.splitlines()
    assert {reader.feed(line) for line in before} == {Note.NOTHING}
    with pytest.raises(ProtocolFault):
        reader.feed(last)
    assert reader.feed(b"200 result=1\n") == Reply("1")


async def test_an_empty_line_is_a_value_error() -> None:
    """Ours takes it for nothing."""
    async with plain("agi_commands") as one:
        caller = AgiCaller(await one.said("port"))
        caller.answers["GET DATA"] = b"\n200 result=7\n"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(caller.run(20))
            assert (await reply_to(one, "GET DATA"))["raised"] == "ValueError"
    assert ReplyReader().feed(b"\n") is Note.NOTHING


async def test_words_are_cut_at_the_first_blank() -> None:
    """What was recognised ends after a word; ours reads a value whole or not at all."""
    said = '200 result=1 (speech) endpos=8 results=1 text0="我 要 投诉"\n'.encode()
    async with plain("agi_commands") as one:
        caller = AgiCaller(await one.said("port"))
        caller.answers["GET VARIABLE"] = said
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(caller.run(20))
            found = await reply_to(one, "GET VARIABLE")
        assert found["text0"] == ['"我', ""]
    with pytest.raises(ProtocolFault):
        ReplyReader().feed(said)
    assert ReplyReader().feed("200 result=1 (我 要 投诉)".encode()) == Reply("1", "我 要 投诉")


async def test_a_line_break_is_a_second_command() -> None:
    """A value runs another application; ours refuses it."""
    async with plain("agi_injection") as one:
        caller = AgiCaller(await one.said("port"))
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(caller.run(20))
            await eventually(lambda: "EXEC System pwned" in caller.commands, 20)
            running.cancel()
    with pytest.raises(Unsafe):
        encode("SET VARIABLE", "NAME", "x\nEXEC System pwned")


async def test_who_is_cancelled_goes_on_as_if_nothing_were() -> None:
    """``except BaseException`` eats the cancellation; ours ends, and the server closes in time."""
    async with plain("agi_cancel") as one:
        _, writer = await asyncio.open_connection("127.0.0.1", await one.said("port"))
        writer.write(b"agi_network_script: intake\n\n")
        assert await one.said("found") == {"cancelled": False}
        writer.close()
    async with asyncio.TaskGroup() as tasks:
        async with serving(House().decide) as server:
            caller = AgiCaller(server.port)
            caller.held.add("GET DATA")
            tasks.create_task(caller.run())
            await eventually(lambda: server.running == 1)
            (session,) = server._calls
        assert session.done()
        assert server.running == 0


async def test_a_plain_function_is_no_route() -> None:
    """``asyncio.coroutine`` is gone since Python 3.11; our server knows no panoramisk."""
    async with plain("agi_plain_function") as one:
        assert await one.said("found") == {"raised": "AttributeError"}
    for path in (CHECKOUT / "ivr").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        modules = {
            name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for name in node.names
        } | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not [name for name in modules if name.startswith("panoramisk")], path
