"""One caller: the verdict is the last act, and every silence has an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from ivr.flow import Flow, Hangup, Play
from ivr.plan import Arrival, Bulletin, Plan
from ivr.server import FlowServer
from ivr.session import Journey, SessionLimits
from tests.eventually import eventually
from tests.ivr.flows import HUMAN_FIRST, flow, menu, plan
from tests.peers.agi_peer import AgiCaller

FAST = SessionLimits(header=0.3, decide=0.3, command=0.3, prompt=0.3, whole=1.0)
VERDICT = ["GW_QUEUE", "GW_PRIO", "GW_VERDICT"]


class House:
    """Decides by ``plan``; remembers who came."""

    def __init__(self, how: Plan | None = None) -> None:
        self.plan = how or plan()
        self.arrivals: list[Arrival] = []

    async def decide(self, arrival: Arrival) -> Plan:
        """What the test wants."""
        self.arrivals.append(arrival)
        return self.plan


@asynccontextmanager
async def serving(
    decide: Callable[[Arrival], Awaitable[Plan]],
    of: Flow = HUMAN_FIRST,
    max_calls: int = 500,
    limits: SessionLimits = FAST,
) -> AsyncIterator[FlowServer]:
    """A server on a free port."""
    server = FlowServer(
        host="127.0.0.1",
        port=0,
        flow=of,
        decide=decide,
        limits=limits,
        max_calls=max_calls,
        close_seconds=0.3,
    )
    async with server:
        yield server


async def outcome(server: FlowServer, kind: str) -> None:
    """Wait until one call ended this way, and no other."""
    await eventually(lambda: server.outcomes.total() == 1)
    assert dict(server.outcomes) == {kind: 1}
    await eventually(lambda: server.running == 0)


async def test_no_key_is_a_person_and_the_verdict_is_last() -> None:
    """Greeting, then queue, place and verdict in this order."""
    house = House(plan(prio=5))
    async with serving(house.decide) as server:
        caller = AgiCaller(server.port)
        caller.channel_variables = {"HOTLINE_DID": "12345"}
        caller.answers["GET DATA"] = b"200 result= (timeout)\n"
        await caller.run()
        assert caller.order == VERDICT
        assert caller.variables == {"GW_QUEUE": "civil", "GW_PRIO": "5", "GW_VERDICT": "queue"}
        assert "GET DATA hotline/greeting 500 1" in caller.commands
        assert house.arrivals == [
            Arrival(hotline_id="Ha1-1.1", number="13800001111", did="12345", trunk="local")
        ]
        await outcome(server, "queue")


async def test_who_is_over_a_limit_is_told_by_the_dialplan() -> None:
    """The flow only says so, before its verdict; which limit it was is kept."""
    journeys: list[Journey] = []

    async def went(journey: Journey) -> None:
        journeys.append(journey)

    house = House(plan(slow="number", straight=True))
    server = FlowServer(
        host="127.0.0.1", port=0, flow=HUMAN_FIRST, decide=house.decide, limits=FAST, went=went
    )
    async with server:
        caller = AgiCaller(server.port)
        await caller.run()
        await eventually(lambda: journeys)
    assert caller.variables["GW_SLOW"] == "1"
    assert list(caller.variables)[-1] == "GW_VERDICT"
    assert journeys == [Journey(hotline_id="Ha1-1.1", slow="number")]


async def test_a_key_is_a_shortcut() -> None:
    """Pressed during the greeting: its queue."""
    async with serving(House().decide) as server:
        caller = AgiCaller(server.port, number="")
        caller.answers["GET DATA"] = b"200 result=2\n"
        await caller.run()
        assert caller.variables["GW_QUEUE"] == "enterprise"


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (b"200 result= (timeout)\n", {"greeting"}),
        (b"200 result=2\n", set()),
        (b"200 result=-1\n", set()),
    ],
)
async def test_what_was_heard_to_its_end_is_told(answer: bytes, heard: set[str]) -> None:
    """A prompt that a key cut short, or that is not there, was not heard."""
    journeys: list[Journey] = []

    async def went(journey: Journey) -> None:
        journeys.append(journey)

    server = FlowServer(
        host="127.0.0.1", port=0, flow=HUMAN_FIRST, decide=House().decide, limits=FAST, went=went
    )
    async with server:
        caller = AgiCaller(server.port)
        caller.answers["GET DATA"] = answer
        await caller.run()
        await eventually(lambda: journeys)
    assert journeys == [Journey(hotline_id="Ha1-1.1", heard=frozenset(heard))]


async def test_straight_means_not_a_word() -> None:
    """An elder hears no menu."""
    async with serving(House(plan(straight=True)).decide) as server:
        caller = AgiCaller(server.port)
        await caller.run()
        assert caller.order == VERDICT
        assert not [each for each in caller.commands if each.startswith(("GET DATA", "STREAM"))]


async def test_a_prompt_that_is_not_there_costs_only_the_words() -> None:
    """GET DATA fails as if the caller were gone; the caller is not, and gets the right queue."""
    async with serving(House().decide) as server:
        caller = AgiCaller(server.port)
        caller.answers["GET DATA"] = b"200 result=-1\n"
        await caller.run()
        assert caller.variables["GW_QUEUE"] == "civil"
        await outcome(server, "queue")


async def test_a_broken_prompt_is_not_a_wrong_key() -> None:
    """Nobody is told off for a key they did not press."""
    of = flow(greeting=menu(tries=2, invalid="bad_key"))
    async with serving(House().decide, of) as server:
        caller = AgiCaller(server.port)
        caller.answers["GET DATA"] = b"200 result=-1\n"
        await caller.run()
        assert not [each for each in caller.commands if each.startswith("STREAM FILE")]
        assert caller.variables["GW_QUEUE"] == "civil"


async def test_the_whole_call_has_a_limit() -> None:
    """Even when every single command is in time."""
    of = flow("a", a=Play(prompt="welcome", next="a"))
    async with serving(House().decide, of, limits=replace(FAST, whole=0.05)) as server:
        caller = AgiCaller(server.port)
        caller.pause_seconds = 0.01
        await caller.run()
        await outcome(server, "timeout")


@pytest.mark.parametrize(
    ("start", "answer", "kind"),
    [
        ("GET DATA", b"HANGUP\n200 result=-1\n", "caller-gone"),
        ("SET VARIABLE", b"200 result=-1\n", "caller-gone"),
        ("SET VARIABLE", b"511 Command Not Permitted on a dead channel\n", "protocol-fault"),
        ("SET VARIABLE", b"520-Usage\nmore\n520 End of proper usage.\n", "protocol-fault"),
        ("GET DATA", b"x" * 20_000 + b"\n", "protocol-fault"),
        ("GET DATA", b"\n" * 400, "protocol-fault"),
        ("GET DATA", b"100 Trying...\n\n200 result=2\n", "queue"),
    ],
)
async def test_whatever_asterisk_answers(start: str, answer: bytes, kind: str) -> None:
    """A fault leaves no verdict; the dialplan goes on by itself."""
    async with serving(House().decide) as server:
        caller = AgiCaller(server.port)
        caller.answers[start] = answer
        await caller.run()
        await outcome(server, kind)
        assert ("GW_VERDICT" in caller.variables) == (kind == "queue")


@pytest.mark.parametrize("silent", ["GET VARIABLE", "GET DATA", "SET VARIABLE"])
async def test_a_silent_asterisk_is_left(silent: str) -> None:
    """Every command has a deadline of its own."""
    async with serving(House().decide, limits=replace(FAST, whole=30)) as server:
        caller = AgiCaller(server.port)
        caller.held.add(silent)
        await caller.run(within_seconds=2)
        await outcome(server, "timeout")


def test_a_session_is_over_before_the_guard() -> None:
    """Whatever the dialplan's guard is set to."""
    assert [SessionLimits.under(seconds).whole for seconds in (20, 5)] == [12.0, 4.0]


async def _hangs(_arrival: Arrival) -> Plan:
    await asyncio.Event().wait()
    return plan()


async def _raises(_arrival: Arrival) -> Plan:
    raise LookupError


@pytest.mark.parametrize(("decide", "kind"), [(_hangs, "timeout"), (_raises, "failed")])
async def test_a_house_that_cannot_decide(
    decide: Callable[[Arrival], Awaitable[Plan]], kind: str
) -> None:
    """No verdict, within a limit of its own."""
    async with serving(decide, limits=replace(FAST, whole=30)) as server:
        caller = AgiCaller(server.port)
        await caller.run(within_seconds=2)
        await outcome(server, kind)
        assert caller.order == []


async def test_a_queue_that_is_not_there_is_no_verdict() -> None:
    """A plan that names one fails open rather than losing the caller."""
    async with serving(House(plan(default_queue="ghost")).decide) as server:
        caller = AgiCaller(server.port)
        await caller.run()
        await outcome(server, "protocol-fault")
        assert "GW_VERDICT" not in caller.variables


async def test_a_flow_may_speak_and_hang_up() -> None:
    """Words are played, then the channel is hung up without a verdict."""
    of = flow("a", a=Play(prompt="welcome", next="b"), b=Hangup(prompt="bye"))
    async with serving(House().decide, of) as server:
        caller = AgiCaller(server.port)
        await caller.run()
        spoken = ['STREAM FILE hotline/welcome ""', 'STREAM FILE hotline/bye ""', "HANGUP"]
        assert caller.commands[1:] == spoken
        await outcome(server, "hangup")


async def test_a_flow_without_end_is_ended() -> None:
    """One that was not checked cannot hold a caller."""
    of = flow(greeting=menu(otherwise="greeting"))
    async with serving(House().decide, of) as server:
        caller = AgiCaller(server.port)
        caller.answers["GET DATA"] = b"200 result= (timeout)\n"
        await caller.run()
        await outcome(server, "protocol-fault")


async def test_a_key_to_an_emergency_line_names_it_before_the_verdict() -> None:
    """The dialplan dials it; no queue is chosen."""
    house = House(replace(plan(), emergency_keys={"3": "110"}))
    async with serving(house.decide) as server:
        caller = AgiCaller(server.port)
        caller.answers["GET DATA"] = b"200 result=3\n"
        await caller.run()
        assert caller.order == ["GW_LINE", "GW_VERDICT"]
        assert caller.variables == {"GW_LINE": "110", "GW_VERDICT": "emergency"}
        await outcome(server, "emergency")


async def test_who_is_led_to_a_welcoming_queue_hears_who_answers_there() -> None:
    """Nobody else does; what all callers must hear goes before."""
    welcome = {"enterprise": "ab12"}
    told = Bulletin(name="cd34", key="", queue="civil")
    for key, how, heard in (
        (b"2", plan(welcomes=welcome), "ab12"),
        (b"0", plan(welcomes=welcome), None),
        (b"2", plan(welcomes=welcome, bulletin=told), "cd34"),
    ):
        async with serving(House(how).decide) as server:
            caller = AgiCaller(server.port)
            caller.answers["GET DATA"] = b"200 result=" + key + b"\n"
            await caller.run()
            assert caller.variables.get("GW_INCIDENT") == heard
            assert caller.order[-1] == "GW_VERDICT"
