"""A caller is asked something; whatever the ear does or does not, they go on within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from ivr.hearing import Hearing
from ivr.machine import DONE, By, Choice, Heard, Input
from ivr.server import FlowServer
from ivr.session import Journey, SessionLimits
from tests.eventually import eventually
from tests.ivr.flows import asking
from tests.ivr.test_session import VERDICT, House
from tests.peers.agi_peer import AgiCaller
from tests.peers.audiosocket_peers import EarPeer

LIMITS = SessionLimits(hear=4.0)
SOME_SECONDS = 2.5
"""Nobody waits longer than this for an ear that does not speak."""


@asynccontextmanager
async def asked(
    ear: EarPeer | None, limits: SessionLimits = LIMITS
) -> AsyncIterator[tuple[AgiCaller, FlowServer, list[tuple[str, Choice]]]]:
    """A caller of a flow that begins with a question; what was chosen."""
    chosen: list[tuple[str, Choice]] = []

    async def went(journey: Journey) -> None:
        if journey.choice is not None:
            chosen.append((journey.hotline_id, journey.choice))

    async with AsyncExitStack() as stack:
        hearing = None
        if ear is not None:
            await stack.enter_async_context(ear.listening())
            hearing = await stack.enter_async_context(Hearing(ear, "127.0.0.1"))
        server = FlowServer(
            host="127.0.0.1",
            port=0,
            flow=asking(),
            decide=House().decide,
            limits=limits,
            close_seconds=0.3,
            hearing=hearing,
            went=went,
        )
        await stack.enter_async_context(server)
        yield AgiCaller(server.port), server, chosen


def questions(caller: AgiCaller) -> int:
    """How often the caller was asked."""
    return sum(each.startswith("EXEC AudioSocket") for each in caller.commands)


@pytest.mark.parametrize(
    ("answer", "queue", "choice"),
    [
        (Heard("我 问 企 业 的 事"), "enterprise", Choice("firms", By.WORD)),
        (Heard("转 人工"), "civil", Choice("person", By.WORD)),
    ],
)
async def test_words_lead_to_their_queue(answer: Input, queue: str, choice: Choice) -> None:
    """The prompt is heard, sound reaches the ear, and the verdict is the last act as always."""
    ear = EarPeer(answer=answer)
    async with asked(ear) as (caller, _server, chosen):
        await caller.run()
        assert caller.variables["GW_QUEUE"] == queue
        assert caller.order == VERDICT
        assert questions(caller) == 1
        assert len(caller.sounds[0]) >= 2000
        await eventually(lambda: chosen == [("Ha1-1.1", choice)])


async def test_two_misses_are_a_person() -> None:
    """Asked twice, in other words the second time, never a third time."""
    ear = EarPeer(answer=DONE)
    async with asked(ear) as (caller, _server, chosen):
        await caller.run(within_seconds=8)
        assert caller.variables["GW_QUEUE"] == "civil"
        assert [each.prompt for each in ear.asked] == ["ask_matter", "ask_again"]
        assert len(set(ear.streams)) == 2
        await eventually(lambda: chosen[0][1] == Choice("person", By.MISSED))


@pytest.mark.parametrize("does", ["speaks", "silent", "hangs"])
async def test_zero_needs_no_ear(does: str) -> None:
    """Law, row 38: 0 is a person at any moment, also when the ear says nothing."""
    ear = EarPeer(does=does, answer=None)
    async with asked(ear) as (caller, _server, chosen):
        caller.presses = ["0"]
        began = asyncio.get_running_loop().time()
        await caller.run()
        assert asyncio.get_running_loop().time() - began < 1.0
        assert caller.variables["GW_QUEUE"] == "civil"
        await eventually(lambda: chosen[0][1] == Choice("person", By.KEY))
        await eventually(lambda: ear.given_up == 1)


@pytest.mark.parametrize("does", ["silent", "hangs", "garbage", "closes"])
async def test_an_ear_that_does_not_speak_is_left(does: str) -> None:
    """Hung, silent, garbage, closed: a person within seconds, asked once, without another word."""
    ear = EarPeer(does=does, answer=None)
    async with asked(ear) as (caller, server, chosen):
        began = asyncio.get_running_loop().time()
        await caller.run()
        assert asyncio.get_running_loop().time() - began < SOME_SECONDS
        assert caller.variables["GW_QUEUE"] == "civil"
        assert questions(caller) == 1
        await eventually(lambda: chosen[0][1] == Choice("person", By.DEAF))
        assert dict(server.outcomes) == {"queue": 1}


async def test_an_ear_that_speaks_and_never_answers_is_left() -> None:
    """A question has a limit of its own."""
    async with asked(EarPeer(answer=None)) as (caller, _server, chosen):
        await caller.run(within_seconds=6)
        assert caller.variables["GW_QUEUE"] == "civil"
        await eventually(lambda: chosen[0][1] == Choice("person", By.DEAF))


async def test_an_ear_that_is_not_listening_is_left() -> None:
    """Its address is known, nobody is there."""
    ear = EarPeer()
    async with asked(ear) as (caller, _server, _chosen):
        ear.address = ("127.0.0.1", 1)
        await caller.run(within_seconds=2)
        assert caller.variables["GW_QUEUE"] == "civil"


@pytest.mark.parametrize("why", ["no hearing", "off", "refuses", "no time"])
async def test_who_cannot_be_heard_is_not_asked(why: str) -> None:
    """Not a word, and no connection that could fail: a person at once."""
    ear = (
        None if why == "no hearing" else EarPeer(fault=LookupError() if why == "refuses" else None)
    )
    limits = SessionLimits(hear=4.0, whole=4.0) if why == "no time" else LIMITS
    async with asked(ear, limits) as (caller, _server, chosen):
        if ear is not None and why == "off":
            ear.address = None
        began = asyncio.get_running_loop().time()
        await caller.run()
        assert asyncio.get_running_loop().time() - began < 1.0
        assert caller.variables["GW_QUEUE"] == "civil"
        assert questions(caller) == (1 if why == "refuses" else 0)
        await eventually(lambda: chosen[0][1] == Choice("person", By.DEAF))


async def test_a_caller_who_hangs_up_while_asked_leaves_nothing_behind() -> None:
    """The ear is told, the session ends."""
    ear = EarPeer(answer=None)
    async with asked(ear) as (caller, server, _chosen):
        caller.answers["EXEC AudioSocket"] = b"HANGUP\n200 result=-1\n"
        caller.presses = ["0"]
        await caller.run()
        await eventually(lambda: server.running == 0)
        assert dict(server.outcomes) == {"caller-gone": 1}
        await eventually(lambda: ear.given_up == 1)
