"""A gateway with every road by which strangers write, and what they write there."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from gateway.app import opened_store
from gateway.clock import SystemClock
from gateway.core.operator import Role
from gateway.intake.accounts import Accounts
from tests.channels.wechat_world import options_in
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.peers.wechat_peer import WeChatPeer, wechat_peer
from tests.peers.wechat_words import said
from tests.security.test_xss import NOTES, PASSWORD, PAYLOADS, X

APP_KEY = "an-app-key-of-this-test-0123456789"
HTML = b"<!doctype html><script>window.__x=1;parent.__x=1</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.__x=1"><script>__x=1</script></svg>'
INSTANCE = re.compile(r'"instance": "[0-9a-f]+"')
"""The number by which a request is found in the log."""
IMG = f"<img src=x onerror={X}>"


@dataclass
class Place:
    """A running gateway with every road for strangers, and an operator with a strange name."""

    world: GatewayWorld
    wechat: WeChatPeer

    async def app(self, path: str, **more: Any) -> dict[str, Any]:
        """The App says something."""
        keys = {"Authorization": f"Bearer {APP_KEY}", "Idempotency-Key": secrets.token_hex(8)}
        async with (
            aiohttp.ClientSession(headers=keys) as http,
            http.post(f"{self.world.url}/api/v1/app/{path}", **more) as answer,
        ):
            assert answer.status == 201, await answer.text()
            return dict(await answer.json())


@asynccontextmanager
async def strangers(folder: Path) -> AsyncIterator[Place]:
    """It runs for the time of the context; at a seat is room for many."""
    (folder / "app.key").write_text(APP_KEY)
    async with wechat_peer() as wechat:
        channels = [
            {
                "kind": "wechat",
                "options": options_in(folder / "secrets", base_url=wechat.url),
                "title_zh": IMG,
                "title_en": IMG,
            },
            {"kind": "app", "name": "city", "options": {"key_file": str(folder / "app.key")}},
        ]
        async with gateway_world(folder, channels=channels, chat={"per_seat": 20}) as world:
            async with opened_store(world.settings()) as store:
                accounts = Accounts(store, SystemClock())
                skills = {"civil": 0, "enterprise": 0}
                await accounts.add("chen", PAYLOADS[0], Role.SUPERVISOR, skills, PASSWORD)
                world.passwords["chen"] = PASSWORD
            yield Place(world, wechat)


async def strangers_write(place: Place) -> None:
    """Every kind of message that WeChat pushes, and an App's with a name, a place and files."""
    hook = f"{place.world.url}/hooks/wechat/main"
    for number, fields in enumerate(
        (
            said("text", "", Content=NOTES[0]),
            said("link", "", Title=NOTES[1], Description=NOTES[2], Url=f"javascript:{X}//{IMG}"),
            said("location", "", Location_X="31.2", Location_Y="121.4", Scale="1", Label=NOTES[3]),
            said("file", "", Title=f"{IMG}.html", Description=NOTES[4], FileTotalLen=IMG),
            said("x" + PAYLOADS[1], "", Strange=NOTES[0], Other={"Deep": NOTES[1]}),
            said("voice", "", MediaId=IMG, Format="amr", Recognition=NOTES[2]),
        )
    ):
        fields["FromUserName"] = f"o{number}{PAYLOADS[number]}"[:120]
        assert (await place.wechat.push(hook, fields)).taken
    files = [
        (await place.app("files", data=body, headers={"Content-Type": kind}))["id"]
        for body, kind in ((HTML, "text/html"), (SVG, "image/svg+xml"))
    ]
    await place.app(
        "messages",
        json={
            "user_id": "u1",
            "user_name": PAYLOADS[3][:60],
            "text": NOTES[3],
            "latitude": 31.2,
            "longitude": 121.4,
            "address": NOTES[4][:200],
            "files": files,
            "file_names": [f"{IMG}.html", f"{PAYLOADS[2]}.svg"],
            "file_types": ["text/html", "image/svg+xml"],
        },
    )


async def everything_accepted(console: Console, count: int) -> list[str]:
    """So many conversations are at this seat; their ids."""

    async def look() -> list[str] | None:
        for one in console.chats:
            if one["state"] == "offered":
                await console.post(f"/api/v1/chats/{one['contact_id']}/accept")
        here = [one["contact_id"] for one in console.chats if one["state"] == "open"]
        return here if len(here) == count else None

    return await eventually(look, 30)


async def closed(console: Console, conversations: list[str]) -> None:
    """Written up with a strange note."""
    for one in conversations:
        body = {"code": "consult", "note": NOTES[3]}
        await console.post(f"/api/v1/chats/{one}/close", body)


async def answer_of(  # noqa: PLR0917 - a request and who asks
    http: aiohttp.ClientSession,
    url: str,
    method: str,
    path: str,
    id: str,
    body: object,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Status and body of a request in which ``{id}`` stands for this id, without what names it."""
    text = json.dumps(body).replace("{id}", id) if body is not None else ""
    sent = {"Content-Type": "application/json", **(headers or {})}
    data = text or None if method in {"POST", "PUT", "PATCH"} else None
    async with http.request(
        method, url + path.replace("{id}", id), data=data, headers=sent
    ) as answer:
        told = (await answer.text()).replace(id, "{id}")
        return answer.status, INSTANCE.sub("", told)
