"""Rows 50 and 53: whoever a complaint is about finds neither its words nor its name, anywhere.

Every read of the interface is asked, with every id that there is; an operation that is added later
is asked, too, because the table of operations is the list.
"""

import itertools
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest_asyncio

from channels.message import Inbound, Kind, Sender
from gateway.core.callback import Callback, CallbackReason
from gateway.core.chat import ChatForm
from gateway.core.contact import Disposition, Recording, receipt_number
from gateway.core.facts import Fact, FactKind
from gateway.core.misconduct import MisconductState
from gateway.core.standing import StandingState
from gateway.core.transcript import Alarm, Party
from gateway.intake.channel_account import ChannelAccount
from gateway.web import shape
from gateway.web.openapi import PATH_PART
from gateway.web.operation import PUBLIC, Operation
from tests.expert_rows import a_promise
from tests.gateway.intake.chat_world import PULLS
from tests.gateway.web.test_contacts_api import talked
from tests.gateway.web.web_world import LIVE, Answer, Browser, WebWorld, web_world
from tests.heard_rows import a_segment
from tests.message_rows import a_viewable_file
from tests.peers.channel_peer import ChannelPeer
from tests.standing_rows import a_misconduct, a_standing

WORDS = "金丝雀投诉"
NUMBER, OTHER_NUMBER = "13800001234", "13900005678"
NOTHING = "f" * 32
ALARM = "a" * 32
LONGEST = 400
"""Ways to fill one path."""


@dataclass
class Complaint:
    """A form that Wang deals with, a call that was cut off, and everything that hangs on them."""

    secret: set[str]
    """What nobody concerned may meet: words, and ids that they cannot know."""
    ids: dict[str, tuple[str, ...]]
    """By the name of a path's part."""
    queries: tuple[str, ...]


async def a_complaint(world: WebWorld) -> Complaint:
    """About Li, an operator, and Chen, a supervisor."""
    floor, store = world.floor.floor, world.floor.store
    peer = ChannelPeer()
    peer.kind, peer.caps = "web", PULLS
    floor.accounts = {
        "web:main": ChannelAccount(
            id="web:main", title_zh="网页", title_en="Web", queue="civil", channel=peer
        )
    }
    lis = await talked(world, "li", "8001", NUMBER)
    now = floor.clock.now()
    said = Inbound(
        key="k1",
        sender=Sender(scheme="form", value="n1", name="张三"),
        kind=Kind.FORM,
        sent_at=now,
        text=f"{WORDS}内容",
        fields={"staff": "yes", "phone": NUMBER},
    )
    taken = await world.messages.inbox.accept_one("web:main", said, form=ChatForm.FORM)
    form = taken.contact_id
    call = await world.floor.arrives(NUMBER)
    live = await world.floor.arrives(OTHER_NUMBER)
    known = await store.staff_complaint_of(form)
    assert known
    assert known.concerned == ("id-li",)
    who = await store.identity("", "phone", NUMBER)
    assert who
    assert who.id in known.identities
    whole = replace(known, contacts=(form, call.id, live.id), concerned=("id-li", "id-chen"))
    callback = Callback(
        id="b" * 32, contact_id=call.id, number=NUMBER, reason=CallbackReason.VOICEMAIL, since=now
    )
    standing = a_standing(
        identity_id=who.id,
        opened_at=now,
        state=StandingState.GRACE,
        grace_until=now,
        again_at=now,
    )
    alarm = Alarm(
        id=ALARM,
        contact_id=call.id,
        word="着火",
        party=Party.CITIZEN,
        at=now,
        operator_id="",
        seat="",
    )
    proposed = a_misconduct(
        "m" * 32,
        contact_id=form,
        identity_id=who.id,
        evidence=WORDS,
        state=MisconductState.PROPOSED,
        at=now,
    )
    promise = a_promise("p" * 32, call.id, note=WORDS)
    async with floor.turn:
        await floor.commit(whole, callback, standing, proposed, must=True)
    (world.recordings_dir / "cut.wav").write_bytes(b"RIFF" + bytes(100))
    heard = a_segment("s" * 32, call.id, 1, text=f"{WORDS}原话", original=f"{WORDS}原话", at=now)
    await store.record(
        heard,
        promise,
        alarm,
        a_viewable_file("f-1", taken.message_id, form, file="x.jpg", name=f"{WORDS}.jpg"),
        Recording(
            contact_id=call.id,
            file="cut.wav",
            sha256="0" * 64,
            size_bytes=104,
            seconds=1.0,
            stored_at=now,
        ),
        Disposition(contact_id=call.id, operator_id="id-wang", code="consult", at=now, note=WORDS),
        Fact(
            kind=FactKind.VOICEMAIL_LEFT,
            at=now,
            contact_id=call.id,
            data={"callback_id": callback.id, "seconds": 1.0, "begin_seconds": 0.0},
        ),
    )
    await world.parts.heard.alarms.open()
    if world.parts.experts:
        await world.parts.experts.promises.open()
    if world.parts.conduct:
        await world.parts.conduct.standings.open()
    await world.floor.seated("wang", "8002")
    await world.messages.parts.talks.take(floor.operators["id-wang"], form)
    await world.floor.rings(live, "8002")
    await world.floor.answers(live, "8002")
    return Complaint(
        secret={WORDS, known.id, form, call.id, live.id, callback.id, promise.id, proposed.id},
        ids={
            "contact_id": (form, call.id, live.id, lis),
            "callback_id": (callback.id,),
            "attachment_id": ("f-1",),
            "standing_id": (standing.id,),
            "complaint_id": (known.id,),
            "segment_id": (heard.id,),
        },
        queries=(
            urlencode({"number": NUMBER}),
            urlencode({"receipt": receipt_number(form)}),
            urlencode({"before": call.id}),
            urlencode({"operator_id": "id-wang"}),
            urlencode({"reason": "核对证据"}),
        ),
    )


def paths(operation: Operation, complaint: Complaint) -> Iterator[str]:
    """Every way to fill its path; what has no id of ours is asked with one that is nobody's."""
    parts = PATH_PART.findall(operation.path)
    choices = [(*complaint.ids.get(name, ()), NOTHING) for name in parts]
    for chosen in itertools.islice(itertools.product(*choices), LONGEST):
        values = iter(chosen)
        path = PATH_PART.sub(partial(_next, values), operation.path)
        path = re.sub(r"\{name:\.\+\}", "x", path)
        yield path
        if not parts:
            yield from (f"{path}?{query}" for query in complaint.queries)


def _next(values: Iterator[str], _part: re.Match[str]) -> str:
    return next(values)


def reads(world: WebWorld) -> list[Operation]:
    """All that shows something to a person with a login; a search is a POST, too."""
    return [
        one
        for one in world.server.operations
        if one.policy is not PUBLIC
        and not one.socket
        and (one.method == "GET" or one.path.endswith("/search"))
    ]


async def answers(browser: Browser, operation: Operation, path: str) -> list[str]:
    """What is read there; a search is asked in every way that it takes."""
    if operation.method == "GET":
        return [shown(await browser.ask("GET", path))]
    asked = shape.schema(operation.body or type(None))
    found = []
    for body in ({}, {"text": WORDS}, {"number": NUMBER}, {"number": OTHER_NUMBER}):
        if body.keys() <= asked["properties"].keys() and body.keys() >= {*asked["required"]}:
            got = await browser.ask("POST", path, body)
            assert got.status == 200, (path, body)
            found.append(shown(got))
    assert found, path
    return found


def shown(got: Answer) -> str:
    """All of an answer but the name of the request; letters as people read them."""
    text = got.raw.decode(errors="replace")
    if "json" in got.headers.get("Content-Type", "") and text:
        text = plain(text)
    return re.sub(r'"instance": ?"[^"]*"', "", text) + got.headers.get("Location", "")


def plain(text: str) -> str:
    """JSON without escapes."""
    return json.dumps(json.loads(text), ensure_ascii=False)


def a_body(operation: Operation) -> object:
    """The smallest that its shape takes."""
    if operation.body is None:
        return None
    asked = shape.schema(operation.body)
    return {name: _value(asked["properties"][name]) for name in asked["required"]}


def _value(one: dict[str, Any]) -> object:
    if "enum" in one:
        return one["enum"][0]
    match one.get("type"):
        case "string":
            return "字" * max(2, one.get("minLength", 0))
        case "boolean":
            return True
        case "integer" | "number":
            return one.get("minimum", 1)
        case "array":
            return []
    return {}


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[tuple[WebWorld, Complaint]]:
    """A server, and a complaint about two of its people."""
    async with web_world(tmp_path) as world:
        yield world, await a_complaint(world)


async def test_r53_no_read_shows_it_to_whoever_is_concerned(
    told: tuple[WebWorld, Complaint],
) -> None:
    """Operator and supervisor alike.

    Wang and a supervisor who is not concerned find all of it: the walk looks where it stands.
    """
    world, complaint = told
    chen = world.floor.operators["chen"]
    known = await world.floor.store.operator(chen.id)
    assert known
    await world.floor.store.record(replace(known, id="id-boss", login="boss", name="高主任"))
    await world.floor.floor.reload_people()
    found: set[str] = set()
    for login in ("li", "chen", "wang", "boss"):
        async with world.browser(login) as browser:
            for operation in reads(world):
                for path in paths(operation, complaint):
                    text = "".join(await answers(browser, operation, path))
                    there = {word for word in complaint.secret if word in text}
                    if login in ("li", "chen"):
                        assert not there, (login, operation.method, path)
                    found |= there
    assert found == complaint.secret


async def test_r53_it_is_answered_and_pushed_as_what_does_not_exist(
    told: tuple[WebWorld, Complaint],
) -> None:
    """Status and words are those of an id that nobody has, for writes, too.

    Nor is a console told anything of it, first or later.
    """
    world, complaint = told
    *barred, _ = complaint.ids["contact_id"]
    asked = 0
    async with world.browser("chen") as browser:
        for operation in world.server.operations:
            names = PATH_PART.findall(operation.path)
            if operation.policy is PUBLIC or operation.raw or "contact_id" not in names:
                continue
            for mine in barred:
                answers = []
                for id_ in (mine, NOTHING):
                    path = PATH_PART.sub(partial(_filled, id_), operation.path)
                    got = await browser.ask(operation.method, path, a_body(operation))
                    answers.append((got.status, shown(got)))
                assert answers[0] == answers[1], (operation.method, operation.path)
                asked += 1
    assert asked > 40
    for login in ("li", "chen"):
        async with world.browser(login) as browser, browser.socket(LIVE) as socket:
            first = await socket.receive_json()
            await world.messages.referee.tick()
            await world.floor.dispatch.tick()
            world.floor.floor.hub.tell(f"id-{login}", "link", "up")
            said = [json.dumps(first, ensure_ascii=False)]
            while '"type": "link"' not in said[-1]:
                message = await socket.receive()
                assert message.type is aiohttp.WSMsgType.TEXT
                said.append(plain(message.data))
            for word in (*complaint.secret, ALARM):
                assert word not in "".join(said), login
            state = first["data"]
            assert (state["line"]["waiting"], state["callbacks"]) == (0, 0)
            assert all(queue["waiting"] == 0 for queue in state["queues"])


def _filled(contact_id: str, part: re.Match[str]) -> str:
    return contact_id if part[1] == "contact_id" else NOTHING
