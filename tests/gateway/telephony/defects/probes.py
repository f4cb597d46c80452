"""What plain panoramisk does when it is used as its documentation shows. One function, one defect.

Run by ``world.plain``: ``probes.py NAME PORT``. Each line on the standard output is a JSON object.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import panoramisk
from panoramisk import call_manager
from panoramisk.message import Message

from tests.eventually import eventually, never, takes
from tests.gateway.telephony.defects import agi_probes
from tests.gateway.telephony.defects.agi_probes import Found, say

SECRET = "peer-secret"
MISSED_PONGS = 4


async def logged_in(port: int, **config: Any) -> Any:
    """A Manager that the peer has let in."""
    manager = panoramisk.Manager(
        loop=asyncio.get_running_loop(),
        **{"host": "127.0.0.1", "port": port, "username": "u", "secret": SECRET, **config},
    )
    ready = asyncio.Event()
    manager.on_login = lambda _: ready.set()
    await manager.connect()
    async with asyncio.timeout(10):
        await ready.wait()
    return manager


async def settled(future: Any, seconds: float = 1.5) -> bool:
    """Whether this future is done within a time in which any peer of this machine has answered."""
    done, _ = await asyncio.wait({future}, timeout=seconds)
    return bool(done)


async def becomes(check: Callable[[], object], within_seconds: float = 5) -> bool:
    """Whether this becomes so in time."""
    try:
        await eventually(lambda: bool(check()), within_seconds)
    except AssertionError:
        return False
    return True


async def replay(port: int) -> None:
    """An Originate that has no answer when the connection breaks."""
    manager = await logged_in(port)
    manager.send_action({"Action": "Originate", "Channel": "PJSIP/x", "Async": "true"})
    await never()


async def half_open(port: int) -> Found:
    """Pings into a peer that has stopped reading."""
    manager = await logged_in(port, ping_delay=1, ping_interval=1)
    say(up=True)
    pending = await becomes(lambda: len(manager.protocol.responses) >= MISSED_PONGS, 20)
    return {"connected": manager._connected, "pending": pending}


async def no_deadline(port: int) -> Found:
    """An action that is never answered, and a list that ends in its middle."""
    manager = await logged_in(port)
    quiet = manager.send_action({"Action": "Quiet"})
    cut = manager.send_action({"Action": "Cut"})
    asked = manager.protocol.responses.values()
    await eventually(lambda: any(len(one.responses) == 2 for one in asked))  # what there is of Cut
    again = asyncio.Event()
    manager.on_login = lambda _: again.set()
    say(asked=True)
    async with asyncio.timeout(20):
        await again.wait()
    await settled(quiet)
    return {"quiet": quiet.done(), "cut": cut.done(), "connected": manager._connected}


async def queue_add(port: int) -> Found:
    """QueueAdd, as in the documentation, twenty times."""
    manager = await logged_in(port)
    asked = [manager.send_action({"Action": "QueueAdd", "Queue": "civil"}) for _ in range(20)]
    first = await settled(asked[0])
    return {"answered": first, "left": len(manager.protocol.responses)}


async def as_list(port: int) -> Found:
    """A command whose caller says that one answer is all there is."""
    manager = await logged_in(port)
    return {"answered": await settled(manager.send_command("x", as_list=False))}


async def agi_command(port: int) -> Found:
    """An AsyncAGI command, and the event that says it was done."""
    manager, heard = await logged_in(port), list[str]()
    manager.register_event("AsyncAGI*", lambda _, event: heard.append(event.event))
    answer = manager.send_agi_command("PJSIP/x-1", "NOOP", as_list=False)
    return {"answered": await settled(answer), "heard": heard}


async def sync_originate(port: int) -> Found:
    """Originate without the Async header."""
    manager = await logged_in(port)
    transport = manager.protocol.transport
    answer = manager.send_action({"Action": "Originate", "Channel": "PJSIP/x"})
    answered = await settled(answer)
    return {"answered": answered, "closed": transport.is_closing()}


async def callback_raises(port: int) -> Found:
    """The first event's callback has a bug; two more stand in the same segment."""
    manager, heard = await logged_in(port), list[str]()
    transport = manager.protocol.transport

    def heed(_: Any, event: Any) -> None:
        heard.append(event.n)
        if event.n == "1":
            raise ValueError

    manager.register_event("Poison", heed)
    say(up=True)
    closed = await becomes(transport.is_closing)
    return {"heard": heard, "closed": closed}


async def disorder(port: int) -> Found:
    """Callbacks that are coroutines, the even ones slow."""
    manager, order, all_ten = await logged_in(port), list[int](), asyncio.Event()

    async def heed(_: Any, event: Any) -> None:
        await takes(0.05 if int(event.n) % 2 == 0 else 0)
        order.append(int(event.n))
        if len(order) == 10:
            all_ten.set()

    manager.register_event("Numbered", heed)
    say(up=True)
    async with asyncio.timeout(10):
        await all_ten.wait()
    return {"order": order}


async def injection(port: int) -> None:
    """A caller's name with line breaks in it."""
    manager = await logged_in(port)
    value = "x\r\n\r\nAction: DBPut\r\nActionID: 9\r\nFamily: pwned"
    manager.send_action({"Action": "Setvar", "Variable": "NAME", "Value": value}, as_list=False)
    await never()


async def hears(port: int) -> None:
    """Every UserEvent's headers, as the library understood them."""
    manager = await logged_in(port)
    manager.register_event("UserEvent", lambda _, event: say(event=dict(event)))
    say(up=True)
    await never()


async def refused(port: int) -> Found:
    """A wrong secret."""
    manager = panoramisk.Manager(
        loop=asyncio.get_running_loop(), host="127.0.0.1", port=port, username="u", secret="no"
    )
    told: list[str] = []
    manager.on_login = lambda _: told.append("login")
    manager.on_disconnect = lambda *_: told.append("disconnect")
    await manager.connect()
    await becomes(lambda: told, 2)
    return {"told": told, "connected": manager._connected}


async def close_in_vain(port: int) -> None:
    """close() while it waits to connect again."""
    manager = await logged_in(port)
    lost = asyncio.Event()
    manager.on_disconnect = lambda *_: lost.set()
    say(up=True)
    await lost.wait()
    manager.close()
    say(closed=True)
    await never()


async def not_connected(port: int) -> Found:
    """An action before connect."""
    manager = panoramisk.Manager(loop=asyncio.get_running_loop(), host="127.0.0.1", port=port)
    try:
        manager.send_action({"Action": "Ping"})
    except AttributeError as error:
        return {"raised": type(error).__name__}
    return {"raised": ""}


async def repeated(_port: int) -> Found:
    """A header that comes once, and twice."""
    one = Message.from_line("Event: E\r\nChanVariable: A=1")
    two = Message.from_line("Event: E\r\nChanVariable: A=1\r\nChanVariable: B=2")
    try:
        one.getdict("ChanVariable")
        raised = ""
    except TypeError as error:
        raised = type(error).__name__
    return {"one": one["ChanVariable"], "two": two["ChanVariable"], "raised": raised}


async def swallowed(port: int) -> Found:
    """OriginateResponse has the id of the action that waits for it."""
    manager, heard = await logged_in(port), list[str]()
    manager.register_event("OriginateResponse", lambda _, event: heard.append(event.event))
    action = {"Action": "Originate", "Channel": "PJSIP/x", "Async": "true"}
    answered = await settled(manager.send_action(action))
    return {"answered": answered, "heard": heard}


async def one_second(_port: int) -> Found:
    """Two calls that arrive in the same second."""
    manager = call_manager.CallManager(loop=asyncio.get_running_loop())
    for number in (1, 2):
        line = f"Event: Newchannel\r\nUniqueid: a1-1700000000.{number}"
        manager.dispatch(Message.from_line(line))
    return {"calls": len(manager.calls_queues)}


async def save_stream(port: int) -> Found:
    """The stream kept in a file, by the file's name."""
    with tempfile.NamedTemporaryFile() as file:
        manager = panoramisk.Manager(
            loop=asyncio.get_running_loop(),
            host="127.0.0.1",
            port=port,
            username="u",
            secret=SECRET,
            save_stream=file.name,
        )
        await manager.connect()
        return {"authenticated": await becomes(lambda: manager.authenticated, 1.5)}


async def main(name: str, port: int) -> None:
    """Run one probe and say what it found."""
    found = await (globals() | vars(agi_probes))[name](port)
    if found is not None:
        say(found=found)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
