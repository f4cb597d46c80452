"""Personal data and secrets of those who write, by every road, also refused and under faults.

For ``test_canaries``: each value here stands nowhere else.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from tests.channels.wechat_world import options_in
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld
from tests.peers.console import Console
from tests.peers.visitor import Visitor, visitor
from tests.peers.wechat_peer import WeChatPeer
from tests.peers.wechat_words import KEYS, said
from tests.walks.people import operator

APP_KEY = "canary-app-key-0123456789-6b1d"
WRITTEN = {
    "chat text": "金丝雀戊",
    "chat number": "13877760006",
    "chat file name": "金丝雀己",
    "form matter": "金丝雀庚路灯不亮",
    "form name": "金丝雀辛",
    "form number": "13877770007",
    "form place": "金丝雀壬路",
    "app user": "canary-uid-42ef",
    "app name": "金丝雀癸",
    "app address": "金丝雀子路",
    "wechat openid": "o-canary-0000000000000001",
    "wechat text": "金丝雀丑",
    "answer": "金丝雀寅",
    "operator's note": "金丝雀卯",
    "refused": "canary-refused-8c3a",
    "away": "金丝雀辰",
}
CODE = re.compile(r'data-testid="receipt-code">([0-9 ]+)<')
FORM = re.compile(r'name="form" value="([A-Za-z0-9._-]+)"')


def channels(folder: Path, wechat: WeChatPeer) -> list[dict[str, Any]]:
    """A WeChat account and an App."""
    (folder / "app.key").write_text(APP_KEY)
    options = options_in(folder / "secrets", base_url=wechat.url)
    return [
        {"kind": "wechat", "options": options},
        {"kind": "app", "name": "city", "options": {"key_file": str(folder / "app.key")}},
    ]


async def everything_is_written(world: GatewayWorld, wechat: WeChatPeer) -> set[str]:
    """A conversation by each channel, answered; then what is refused. Gives the secrets."""
    async with (
        operator(world, "tao", "8003") as tao,
        visitor(world.url) as one,
        aiohttp.ClientSession(headers={"Origin": world.url}) as http,
    ):
        found = {cookie.value for cookie in one.http.cookie_jar}
        await with_file(one)
        code = await form(world, http)
        await by_app(world, http)
        hook = f"{world.url}/hooks/wechat/main"
        push = said("text", WRITTEN["wechat openid"], Content=WRITTEN["wechat text"])
        assert (await wechat.push(hook, push)).taken
        await answered(tao.console, 4)
        wechat.gone.add(WRITTEN["wechat openid"])
        await refused(world, http, wechat)
    secret = {KEYS.token, KEYS.aes_key, KEYS.secret, APP_KEY}
    return found | secret | {code, code.replace(" ", "")}


async def with_file(one: Visitor) -> None:
    """A text with a number, and a file with a name."""
    await one.writes(f"{WRITTEN['chat text']}，电话{WRITTEN['chat number']}")
    data, tus = b"%PDF-1.4 no file", {"Tus-Resumable": "1.0.0"}
    path = f"{one.url}/api/v1/chat/files"
    async with one.http.post(path, headers={**tus, "Upload-Length": str(len(data))}) as made:
        where = made.headers["Location"]
    piece = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    async with one.http.patch(one.url + where, data=data, headers=piece) as sent:
        assert sent.status == 204
    name = f"{WRITTEN['chat file name']}.pdf"
    body = {"files": [where.rpartition("/")[2]], "file_names": [name], "file_types": ["image/png"]}
    await one.post("messages", {"text": "", **body}, "canary-0001")


async def form(world: GatewayWorld, http: aiohttp.ClientSession) -> str:
    """A form with every field, and its answer asked for; the code of it."""
    async with http.get(f"{world.url}/form") as page:
        token = FORM.search(await page.text())
    assert token
    fields = {
        "form": token[1],
        "matter": WRITTEN["form matter"],
        "place": WRITTEN["form place"],
        "name": WRITTEN["form name"],
        "phone": WRITTEN["form number"],
    }
    async with http.post(f"{world.url}/form", data=fields) as receipt:
        code = CODE.search(await receipt.text())
    assert code
    for asked in (code[1], "1234 5678 9012 3456 7890", WRITTEN["refused"]):
        async with http.post(f"{world.url}/receipt", data={"code": asked}) as answer:
            assert answer.status < 500
    return code[1]


async def by_app(world: GatewayWorld, http: aiohttp.ClientSession) -> None:
    """A message with a name and a place, then one with a key that opens nothing."""
    body = {
        "user_id": WRITTEN["app user"],
        "user_name": WRITTEN["app name"],
        "text": WRITTEN["chat text"],
        "latitude": 31.2,
        "longitude": 121.4,
        "address": WRITTEN["app address"],
    }
    for key, status in ((APP_KEY, 201), (WRITTEN["refused"], 401)):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": secrets.token_hex(8)}
        path = f"{world.url}/api/v1/app/messages"
        async with http.post(path, json=body, headers=headers) as answer:
            assert answer.status == status, await answer.text()


async def answered(console: Console, count: int) -> None:
    """So many conversations are taken, answered, noted and closed."""
    done: set[str] = set()

    async def look() -> bool:
        for chat in tuple(console.chats):
            id_ = chat["contact_id"]
            if chat["state"] == "offered":
                await console.post(f"/api/v1/chats/{id_}/accept")
            elif id_ not in done:
                done.add(id_)
                await console.say(id_, WRITTEN["answer"])
                await console.say(id_, WRITTEN["operator's note"], note=True)
                note = {"code": "consult", "note": WRITTEN["operator's note"]}
                await console.post(f"/api/v1/chats/{id_}/close", note)
        return len(done) >= count

    await eventually(look, 30)


async def refused(world: GatewayWorld, http: aiohttp.ClientSession, wechat: WeChatPeer) -> None:
    """Tokens, proofs, keys, signatures and bodies that are none, and an answer WeChat refuses."""
    canary = WRITTEN["refused"]
    hook = f"{world.url}/hooks/wechat/main"
    forged = {"signature": canary, "timestamp": "1", "nonce": canary, "msg_signature": canary}
    async with http.post(hook, params=forged, data=f"<xml><A>{canary}</A>".encode()) as answer:
        assert answer.status in (400, 403)
    api = f"{world.url}/api/v1/chat"
    for path, headers in (
        ("session", {"Authorization": f"Bearer {canary}"}),
        ("messages", {"Authorization": f"Bearer {canary}", "Idempotency-Key": canary}),
        ("messages", {"Cookie": f"hotline_visit={canary}", "Idempotency-Key": canary}),
        (f"files/{canary}", {"Authorization": f"Bearer {canary}"}),
    ):
        body = {"proof": canary, "text": canary, canary: canary}
        async with http.post(f"{api}/{path}", json=body, headers=headers) as answer:
            assert answer.status < 500
    push = said("text", WRITTEN["wechat openid"], Content=WRITTEN["wechat text"])
    assert (await wechat.push(hook, push)).taken  # its receipt is refused: they follow no more


async def away(world: GatewayWorld) -> None:
    """Somebody writes while nothing can be recorded."""
    async with visitor(world.url) as one:
        with suppress(TimeoutError):
            timeout = aiohttp.ClientTimeout(total=6)
            key = {"Idempotency-Key": "canary-away-1"}
            path, body = f"{world.url}/api/v1/chat/messages", {"text": WRITTEN["away"]}
            async with one.http.post(path, json=body, headers=key, timeout=timeout) as answer:
                assert answer.status in (201, 503)
