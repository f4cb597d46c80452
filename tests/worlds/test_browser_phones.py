"""Browser phones through the gateway's proxy into a real Asterisk."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from config.settings import Trunk
from gateway.core.line import PhoneKind
from gateway.web.sip_message import SipMessage, parse
from tests.asterisk_world import AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.gateway.web.web_world import WebWorld, web_world

pytestmark = pytest.mark.asterisk
ELSEWHERE = (Trunk(name="city", match=("127.0.0.2/32",)),)
"""Not our own address: whoever shares an address with a trunk is that trunk."""

SDP = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=audio 9 UDP/TLS/RTP/SAVPF 8
c=IN IP4 127.0.0.1
a=candidate:1 1 udp 2122194687 127.0.0.1 9 typ host
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
a=mid:0
a=rtcp-mux
a=sendrecv
a=rtpmap:8 PCMA/8000
""".format(fingerprint=":".join(["AB"] * 32)).replace("\n", "\r\n")


@dataclass
class World:
    """The web before, Asterisk behind."""

    web: WebWorld
    asterisk: AsteriskWorld

    @property
    def arrivals(self) -> list[dict[str, str]]:
        """The calls that the dialplan has answered."""
        return [e for e in self.asterisk.ami.events if e.get("UserEvent") == "HotlineArrived"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A gateway's web whose telephone system is real."""
    async with (
        asterisk_world(tmp_path, trunks=ELSEWHERE) as asterisk,
        web_world(
            tmp_path,
            sip_url=f"ws://127.0.0.1:{asterisk.ws_port}/ws",
            web_secret=asterisk.web_secret,
            phone_secrets=asterisk.phones,
        ) as web,
    ):
        yield World(web, asterisk)


class Phone:
    """A browser's SIP stack, as small as it gets."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, user: str) -> None:
        self._socket = socket
        self._user = user
        self._tag = hashlib.sha256(user.encode()).hexdigest()[:8]
        self._cseq = 0

    async def send(
        self, method: str, uri: str, to: str, *more: str, body: str = "", cseq: int = 0
    ) -> None:
        """One request."""
        self._cseq = cseq or self._cseq + 1
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/WS x1.invalid;branch=z9hG4bK{method}{self._cseq}",
            "Max-Forwards: 69",
            f"To: {to}",
            f"From: <sip:{self._user}@hotline>;tag={self._tag}",
            f"Call-ID: call-of-{self._user}",
            f"CSeq: {self._cseq} {method}",
            "Contact: <sip:abc@x1.invalid;transport=ws>",
            f"Content-Length: {len(body)}",
            *more,
        ]
        if body:
            lines.append("Content-Type: application/sdp")
        await self._socket.send_str("\r\n".join(lines) + "\r\n\r\n" + body)

    async def answer(self) -> SipMessage:
        """The final answer to the last request."""
        async with asyncio.timeout(10):
            while True:
                message = parse(await self._socket.receive_str())
                if message.status >= 200:
                    return message


async def test_a_citizens_browser_call_arrives_as_a_web_call(world: World) -> None:
    """By our mark alone: no password, no number; the BYE ends it."""
    async with world.web.browser() as browser:
        ticket = (await browser.ask("POST", "/api/v1/call-ticket")).json
        async with browser.socket(ticket["ws"], protocols=("sip",)) as socket:
            phone = Phone(socket, "13800001234")
            to = f"<{ticket['target']}>"
            await phone.send("INVITE", ticket["target"], to, body=SDP)
            answer = await phone.answer()
            assert answer.status == 200, answer.start
            found = re.search(r"<([^>]+)>", answer.one("contact"))
            assert found
            there = answer.one("to")
            await phone.send("ACK", found.group(1), there, cseq=1)
            (arrival,) = await eventually(lambda: world.arrivals)
            assert (arrival["Origin"], arrival["Did"]) == ("web", "12345")
            assert arrival["Number"] == ""
            assert "13800001234" not in str(world.asterisk.ami.events)
            await phone.send("BYE", found.group(1), there, cseq=2)
            assert (await phone.answer()).status == 200
            await world.asterisk.ami.event("Hangup", Channel=arrival["Channel"])


async def test_a_citizen_who_closes_the_page_is_gone_at_once(world: World) -> None:
    """No BYE came from the browser: the proxy says it, long before silence would be noticed."""
    async with world.web.browser() as browser:
        ticket = (await browser.ask("POST", "/api/v1/call-ticket")).json
        async with browser.socket(ticket["ws"], protocols=("sip",)) as socket:
            phone = Phone(socket, "web")
            await phone.send("INVITE", ticket["target"], f"<{ticket['target']}>", body=SDP)
            answer = await phone.answer()
            found = re.search(r"<([^>]+)>", answer.one("contact"))
            assert found
            await phone.send("ACK", found.group(1), answer.one("to"), cseq=1)
            (arrival,) = await eventually(lambda: world.arrivals)
        await world.asterisk.ami.event("Hangup", Channel=arrival["Channel"])


async def test_a_seat_registers_through_the_proxy(world: World) -> None:
    """With the password of its sign-in, and as no other seat."""
    async with world.web.browser("li") as browser:
        body = {"seat": "8001", "phone": "browser"}
        sip = (await browser.ask("POST", "/api/v1/seat/sign-in", body)).json["sip"]
        assert sip["password"] == world.asterisk.phones.password("8001", PhoneKind.BROWSER)
        async with browser.socket(sip["ws"], protocols=("sip",)) as socket:
            phone = Phone(socket, sip["user"])
            me = f"<{sip['uri']}>"
            await phone.send("REGISTER", "sip:hotline", me)
            challenge = await phone.answer()
            assert challenge.status == 401
            await phone.send("REGISTER", "sip:hotline", me, digest(challenge, sip))
            registered = await phone.answer()
            assert registered.status == 200, registered.start
            await reachable(world, "seat-8001")


async def test_without_the_proxys_mark_nobody_calls(world: World) -> None:
    """Asterisk's own WebSocket knows no anonymous caller."""
    url = f"ws://127.0.0.1:{world.asterisk.ws_port}/ws"
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(url, protocols=("sip",)) as socket,
    ):
        phone = Phone(socket, "web")
        await phone.send("INVITE", "sip:12345@hotline", "<sip:12345@hotline>", body=SDP)
        assert (await phone.answer()).status in (401, 403)
    assert not world.arrivals


async def reachable(world: World, endpoint: str) -> None:
    """Wait until Asterisk can ring this endpoint."""

    async def listed() -> bool:
        return f"{endpoint}/sip:" in await world.asterisk.process.command("pjsip show contacts")

    await eventually(listed)


def digest(challenge: SipMessage, sip: dict[str, str]) -> str:
    """The Authorization line (RFC 2617, MD5, qop=auth) of a REGISTER."""
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.one("www-authenticate")))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    one = md5(f"{sip['user']}:{asked['realm']}:{sip['password']}")
    two = md5("REGISTER:sip:hotline")
    word = md5(f"{one}:{asked['nonce']}:00000001:c0ffee:auth:{two}")
    fields = {
        "username": sip["user"],
        "realm": asked["realm"],
        "nonce": asked["nonce"],
        "uri": "sip:hotline",
        "response": word,
        "cnonce": "c0ffee",
    }
    quoted = ", ".join(f'{key}="{value}"' for key, value in fields.items())
    opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
    return f"Authorization: Digest {quoted}{opaque}, qop=auth, nc=00000001, algorithm=MD5"
