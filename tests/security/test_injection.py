"""What a stranger writes into SIP, and what Asterisk then executes: the same as for everybody.

Every application of every call is written down by Asterisk itself and compared with that of a plain
call, argument by argument; only the filtered number may differ.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.simulate.call import Call
from gateway.simulate.errors import Refused
from gateway.simulate.phone import SipPhone
from gateway.simulate.sip_message import Request
from ivr.loader import MAIN, parse
from ivr.server import FlowServer
from tests.asterisk_world import AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.ivr.test_session import House
from tests.security.dialplan import Step, calls, of_one_call, watch
from tests.security.guarded import CARRIER, TRUNKS
from tests.security.raw_sip import raw_sip

pytestmark = pytest.mark.asterisk
LONG = "张" * 1300  # 4 KB of UTF-8, still one datagram
FROM = [
    '"${SHELL(id)}" <sip:13800001234@x>',
    '"a\\",b" <sip:13800001234@x>',
    '"%0d%0aAction: Logoff" <sip:13800001234@x>',
    '"x,System(id)" <sip:13800001234@x>',
    '"\'; DROP TABLE calls; --" <sip:13800001234@x>',
    '"${CALLERID(all)}${HOTLINE_ID}" <sip:13800001234@x>',
    '"😀\u202e110" <sip:13800001234@x>',
    f'"{LONG}" <sip:13800001234@x>',
    "<sip:138%24%7BSHELL(id)%7D@x>",
    "<sip:1234%26PJSIP%2Fx@x>",
    "<sip:138,System(id)@x>",
    "<sip:138)&Hangup(16@x>",
    "<sip:138%0d%0aAction%3a%20Logoff@x>",
    "<sip:138%22%5d%3f1%3ah@x>",
    "<sip:13800001234;isub=%24%7BEXTEN%7D@x>",
    f"<sip:{'9' * 900}@x>",
    "<tel:+8613800001234>",
    "<sip:+(86)138-0000-1234@x>",
    '"=cmd|calc" <sip:@x>',
]
TARGETS = [
    "1234&PJSIP/desk-8001", "12345,1", "100,Goto", "12345&", "${SHELL(id)}", "%24%7BSHELL(id)%7D",
    "_X.", "_.", "s", "h", "i", "t", "T", "hold", "op", "cust", "over", "lost", "seat", "q_civil",
    "q_fallback", "s@hotline-room", "12345@hotline-whisper", "*72", "9900861234567", "00441234567",
    "Local%2Fs@hotline-in", "PJSIP%2Fdesk-8001", "12345%00", "12345%0d%0a", "１２３４５",
]  # fmt: skip
IDENTITIES = [
    'P-Asserted-Identity: "${SHELL(id)}" <sip:138%22,x@x>',
    "Remote-Party-ID: <sip:1${EXTEN}38@x>;party=calling;privacy=off",
    "Diversion: <sip:${SHELL(id)}@x>;reason=unconditional",
    'History-Info: <sip:12345@x>;index=1,"${SHELL(id)}"',
    "X-Hotline-Id: H1\r\nHOTLINE_ID: H1\r\nX-Hotline-Web: guess",
    "Subject: ${SHELL(id)}\r\nReplaces: 1;to-tag=2;from-tag=3",
]
INFO = [
    "Signal=2;System(id)\r\nDuration=160\r\n",
    "Signal=${SHELL(id)}\r\nDuration=160\r\n",
    "Signal=&\r\nDuration=-1\r\n",
    "Signal=\r\n\r\nAction: Logoff\r\n\r\n",
    "Signal=" + "1" * 4000 + "\r\n",
    "Duration=160\r\n",
    "\x00\x01\x02",
    "2",
]


async def connected_once(world: AsteriskWorld, phone: SipPhone, header: str) -> list[Step]:
    """What one call from this sender executes, until it waits in the queue; none when refused.

    Asterisk's word counts, not the phone's: an answer to a mangled sender may not find home.
    """
    known = len(calls(world))
    call = await phone.call("12345", from_header=header)
    with suppress(Refused, TimeoutError):
        await call.answered(2)
    if len(calls(world)) > known:
        await eventually(lambda: "Queue" in [step.app for step in last(world)])
    await call.hang_up()
    return last(world) if len(calls(world)) > known else []


def last(world: AsteriskWorld) -> list[Step]:
    """The steps of the newest call."""
    named = calls(world)
    return of_one_call(world, named[-1]) if named else []


def shape(steps: list[Step]) -> list[tuple[str, str, str]]:
    """Everything up to the queue but the caller's number, which must be digits."""
    found = []
    for step in steps:
        args = re.sub(
            r"((?:HOTLINE_NUMBER|HOTLINE_SHOWN|CALLERID\(num\))=|Number: )([^,]*)", r"\1", step.args
        )
        args = re.sub(r"(?<=/intake),[0-9]{1,4}$", "", args)  # how long an identity is, no more
        for number in re.findall(r"HOTLINE_NUMBER=(.*)", step.args):
            assert re.fullmatch(r"[+0-9]*", number), number
        found.append((step.where, step.app, args))
        if step.app == "Queue":
            break
    return found


async def test_no_sender_makes_anything_else_run(tmp_path: Path) -> None:
    """Names and numbers of every kind: what runs is what runs for everybody."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        SipPhone("138", world.sip, host=CARRIER) as phone,
    ):
        await watch(world)
        plain = shape(await connected_once(world, phone, "<sip:13800001234@x>"))
        assert [app for _, app, _ in plain].count("Queue") == 1
        through = 0
        for header in FROM:
            steps = await connected_once(world, phone, header)
            if steps:
                through += 1
                assert shape(steps) == plain, header
        assert through >= len(FROM) - 4


async def test_no_target_runs_anything(tmp_path: Path) -> None:
    """What is not one of our numbers executes nothing at all.

    A number that is ours up to a zero byte is ours: it is answered, as everybody is.
    """
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        raw_sip(world.sip, CARRIER) as carrier,
        SipPhone("138", world.sip, host=CARRIER) as phone,
    ):
        await watch(world)
        host, port = world.sip
        for target in TARGETS:
            carrier.say(
                carrier.request("INVITE", f"sip:{target}@{host}:{port}", body=carrier.offer())
            )
        plain = shape(await connected_once(world, phone, "<sip:13800001234@x>"))

        def as_everybody() -> bool:
            return all(shape(of_one_call(world, one)) == plain for one in calls(world))

        await eventually(as_everybody)
        assert len(calls(world)) <= 3


async def test_no_other_header_is_looked_at(tmp_path: Path) -> None:
    """A carrier's asserted identity counts as a number; diversions, subjects, our names do not."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        SipPhone("138", world.sip, host=CARRIER) as phone,
    ):
        await watch(world)
        plain = shape(await connected_once(world, phone, "<sip:13800001234@x>"))
        for header in IDENTITIES:
            call = await phone.call("12345", headers=(("X-First", f"1\r\n{header}"),))
            await call.answered()
            await eventually(lambda: "Queue" in [step.app for step in last(world)])
            assert shape(last(world)) == plain, header
            await call.hang_up()
        assert len(calls(world)) == 1 + len(IDENTITIES)


async def say_info(call: Call, body: str) -> None:
    """A key pressed by SIP INFO, of any content."""
    made = call._in_dialog("INFO", "")
    lines = ("Content-Type", f"application/dtmf-relay\r\nContent-Length: {len(body)}\r\n\r\n{body}")
    call._wire.send(Request((*made.headers, lines), "", made.method, made.uri))


async def test_no_key_runs_anything_else(tmp_path: Path) -> None:
    """Keys from SIP INFO and RFC 4733 in the greeting, of any content: a shortcut or nothing."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        FlowServer(
            host="127.0.0.1",
            port=world.agi_port,
            flow=parse(MAIN.read_bytes()),
            decide=House().decide,
        ),
        SipPhone("138", world.sip, host=CARRIER) as phone,
    ):
        await watch(world)
        plain = shape(await connected_once(world, phone, "<sip:13800001234@x>"))
        apps = {(where, app) for where, app, _ in plain}
        for body in INFO:
            call = await phone.call("12345")
            await call.answered()
            await say_info(call, body)
            call.sound._digits.extend([200, 17, 11])
            await eventually(lambda: "Queue" in [step.app for step in last(world)], 15)
            got = shape(last(world))
            queue = next(args for _, app, args in got if app == "Queue")
            assert queue.partition(",")[0] in {"civil", "enterprise"}, body
            assert {(where, app) for where, app, _ in got} - apps <= {
                ("q_enterprise@hotline-queue:1", "Set"),
                ("q_enterprise@hotline-queue:2", "Set"),
                ("q_enterprise@hotline-queue:3", "Queue"),
            }, body
            await call.hang_up()
        assert len(calls(world)) == 1 + len(INFO)
