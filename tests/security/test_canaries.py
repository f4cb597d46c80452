"""Personal data and secrets, put in everywhere and looked for in every log, also under faults.

A canary is a value that stands nowhere else. It may be in the store (encrypted), on the screen of
who may see it, and in the folders of keys and of Asterisk's configuration; in no log, no command
line, no environment.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from gateway.core.line import PhoneKind
from gateway.core.operator import Role
from gateway.simulate.errors import PhoneError
from gateway.simulate.phone import SipPhone
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.wechat_peer import wechat_peer
from tests.security.guarded import SCANNER
from tests.security.raw_sip import raw_sip
from tests.security.written_canaries import WRITTEN, away, channels, everything_is_written
from tests.walks.people import citizen, connected, operator

pytestmark = pytest.mark.asterisk
NUMBERS = {
    "heard": "13877710001",
    "failed open": "13877720002",
    "searched": "13877730003",
    "garbled": "13877740004",
    "refused": "13877750005",
}
WORDS = {
    "name": "金丝雀甲",
    "note": "金丝雀乙",
    "mark": "金丝雀丙",
    "reason": "金丝雀丁",
    "typed password": "canary-Password-5e1f",
    "typed login": "canary-login-77aa",
    "sip password": "canary-sip-99bb",
    "garbage": "canary-garbage-31cd",
}


async def everything_is_done(world: GatewayWorld) -> set[str]:
    """A call with everything that people type, and the refusals; gives the secrets of the web."""
    secrets = set()
    async with operator(world, "li", "8001") as li:
        header = f'"{WORDS["name"]}" <sip:{NUMBERS["heard"]}@x>'
        async with SipPhone("citizen", world.sip) as phone:
            call = await phone.call("12345", from_header=header)
            await connected(call, li)
            contact = f"/api/v1/contacts/{(li.console.call or {})['contact_id']}"
            await li.console.post(f"{contact}/reveal", {"reason": WORDS["reason"]})
            mark = {"kind": "care", "note": WORDS["mark"], "days": 1}
            await li.console.post(f"{contact}/flags", mark)
            await call.hang_up()
        await li.console.seat_becomes("wrapping_up")
        await li.console.put(f"{contact}/disposition", {"code": "consult", "note": WORDS["note"]})
        await li.console.search(NUMBERS["searched"])
        given = await li.console.post("/api/v1/live/ticket")
        visit = await li.console.post("/api/v1/call-ticket")
        secrets |= {given["ticket"], visit["ticket"]}
        secrets |= {cookie.value for cookie in li.console.http.cookie_jar}
        await nonsense_at_the_web(world, li.console.http)
    return secrets


async def nonsense_at_the_web(world: GatewayWorld, http: aiohttp.ClientSession) -> None:
    """Refused logins, bodies, paths, queries and sockets, each with a canary."""
    wrong = {"login": WORDS["typed login"], "password": WORDS["typed password"]}
    canary, number = WORDS["garbage"], NUMBERS["refused"]
    for path, body in (
        ("/api/v1/session", wrong),
        ("/api/v1/contacts/search", {"number": f"{number}x{canary}"}),
        (f"/api/v1/contacts/{canary}/reveal", {"reason": canary}),
        ("/api/v1/seat/sign-in", {"seat": canary, "phone": number}),
        (f"/api/v1/{canary}", {}),
    ):
        async with http.post(world.url + path, json=body) as answer:
            assert answer.status < 500
    for path in (
        f"/{canary}?number={number}",
        f"/sip/call?ticket={canary}",
        f"/api/v1/live?x={canary}",
    ):
        async with http.get(world.url + path) as answer:
            assert answer.status >= 400
    reader, writer = await asyncio.open_connection(*world.url.removeprefix("http://").split(":"))
    writer.write(f"GET /{canary} HTTP/9.9\r\n{canary}: \x00{number}\r\n\r\n".encode())
    async with asyncio.timeout(10):
        await reader.read()
    writer.close()


async def nonsense_on_the_telephone(world: GatewayWorld) -> None:
    """Mangled SIP, wrong passwords, and a browser's call that is none."""
    number, canary = NUMBERS["garbled"], WORDS["garbage"]
    async with raw_sip(world.sip, "127.0.0.1") as raw:
        for text in (
            f"INVITE sip:{number}@{canary} SIP/2.0\r\nFrom: {number} {canary}\r\n\r\n",
            raw.request("INVITE", "sip:12345@x", from_=f'"{canary}" <sip:{number}@x', body="v=9"),
            raw.request("INVITE", "sip:12345@x", user=number, body=f"v=0\r\n{canary}\r\n"),
            raw.request("REGISTER", f"sip:{number}@x", user=number, more=f"Contact: <{canary}\r\n"),
            raw.request("OPTIONS", f"sip:{number}@x", more=f"X-{canary}\r\n"),
            raw.request("MESSAGE", f"sip:{number}@x", body=canary),
        ):
            raw.say(text)
    for user in (number, "desk-8002"):
        async with SipPhone(user, world.sip, WORDS["sip password"], host=SCANNER) as phone:
            with suppress(PhoneError):
                await phone.register()


async def faults(world: GatewayWorld) -> None:
    """The store is away, the gateway is killed in a call, and whoever calls meanwhile."""
    async with operator(world, "li", "8001") as li:
        database = world.data_dir / "hotline.db"
        assert database.exists(), list(world.data_dir.iterdir())
        held = await asyncio.to_thread(lock, database)
        wrong = {"login": WORDS["typed login"], "password": WORDS["typed password"]}
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                async with li.console.http.post(f"{world.url}/api/v1/session", json=wrong):
                    pass
        await away(world)
        held.close()
    before = world.gateway_pid()
    assert before
    os.kill(before, signal.SIGKILL)
    async with citizen(world, NUMBERS["failed open"]) as call:
        await call.answered()
        await eventually(lambda: world.gateway_pid(other_than=before), 20)
        await eventually(world.is_ready, 60)


def lock(database: Path) -> sqlite3.Connection:
    """Nobody else can write until this is closed."""
    held = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    held.execute("BEGIN IMMEDIATE")
    return held


def written(world: GatewayWorld) -> dict[str, str]:
    """Every log, and what every process of ours was started with."""
    found = {
        str(path.relative_to(world.folder)): path.read_text("utf-8", "replace")
        for path in (world.folder / "gateway.log", *(world.data_dir / "asterisk/log").rglob("*"))
        if path.is_file()
    }
    assert world.process
    for pid in family(world.process.pid):
        with suppress(OSError):
            for name in ("cmdline", "environ"):
                raw = Path(f"/proc/{pid}/{name}").read_bytes()
                found[f"{pid}/{name}"] = raw.replace(b"\0", b" ").decode("utf-8", "replace")
    return found


def family(pid: int) -> list[int]:
    """A process and all that come from it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it ended while we looked
            for child in task.read_text("ascii").split():
                found += family(int(child))
    return found


def secrets_on_disk(world: GatewayWorld) -> set[str]:
    """What Asterisk's configuration and the key file hold."""
    texts = [
        path.read_text("utf-8", "replace") for path in (world.data_dir / "asterisk/etc").iterdir()
    ]
    texts.append((world.data_dir / "keys/master.key").read_text("utf-8").strip() + "\n")
    found = set(re.findall(r"^(?:secret|password) = (\S+)$", "\n".join(texts), re.MULTILINE))
    found |= set(re.findall(r"X-Hotline-Web: (\S+)", "\n".join(texts)))
    return found | {texts[-1].strip()}


async def test_no_canary_is_in_any_log_or_process(tmp_path: Path) -> None:
    """Calls, words, refusals, nonsense, a store away, a killed gateway, a wrong settings file."""
    async with (
        wechat_peer() as wechat,
        gateway_world(tmp_path, channels=channels(tmp_path, wechat)) as world,
    ):
        await world.add("li")
        await world.add("guo", Role.ADMIN)
        secrets = await everything_is_done(world)
        secrets |= await everything_is_written(world, wechat)
        await nonsense_on_the_telephone(world)
        await faults(world)
        secrets |= secrets_on_disk(world) | set(world.passwords.values())
        secrets.add(await world.phone_password("8001", PhoneKind.DESK))
        assert len(secrets) > 40
        texts = await asyncio.to_thread(written, world)
    texts["gateway.log"] = (world.folder / "gateway.log").read_text("utf-8", "replace")
    assert {"gateway.log", "data/asterisk/log/messages.log"} <= texts.keys()
    assert any(name.endswith("/environ") for name in texts)
    assert len(texts["data/asterisk/log/queue_log"]) > 100
    known = (*NUMBERS.items(), *WORDS.items(), *WRITTEN.items())
    for what, canary in (*known, *((s[:3], s) for s in secrets)):
        for where, text in texts.items():
            assert canary not in text, (what, where, around(text, canary))


def around(text: str, canary: str) -> str:
    """What stands about it."""
    at = text.index(canary)
    return text[max(0, at - 200) : at + 40]
