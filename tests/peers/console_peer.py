"""A gateway for the console alone: its page, the push, and what a test puts at its desk.

It keeps what the operator does (``done``) and answers as the real one does; nothing is stored.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from gateway.web.headers import add_headers
from gateway.web.problems import REQUEST_ID
from tests.peers.console_citizen import citizen, contact
from tests.peers.console_conduct import NO_STANDINGS, NO_TEXTS
from tests.peers.console_example import (
    QUEUES,
    ago,
    busy_chats,
    busy_line,
    busy_talk,
    message,
)
from tests.peers.console_heard import HeardDesk
from tests.peers.console_staff import canned, colleagues, me, options, picture, seat
from tests.peers.screens_peer import BUILT, refused

Json = dict[str, Any]
PING_SECONDS = 4.0


@dataclass
class ConsolePeer:
    """What it serves; a test changes it and says ``push``."""

    url: str = ""
    seat: Json | None = None
    call: Json | None = None
    chats: list[Json] = field(default_factory=list)
    talks: dict[str, list[Json]] = field(default_factory=dict)
    line: list[Json] = field(default_factory=list)
    citizen: Json = field(default_factory=citizen)
    heard: HeardDesk = field(default_factory=HeardDesk)
    contacts: dict[str, Json] = field(default_factory=dict)
    seats: list[Json] = field(default_factory=list)
    recording: Path | None = None
    reads: Json = field(default_factory=dict)
    """What else is read, by path behind /api/v1/."""
    me: Json = field(default_factory=me)
    done: list[tuple[str, Json]] = field(default_factory=list)
    """What was asked for, in order: path behind /api/v1/, and the body."""
    fails: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By the end of a path: the next request is refused with this status and code."""
    seq: int = 0
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    tickets: "itertools.count[int]" = field(default_factory=itertools.count)

    def counts(self) -> Json:
        """The line in figures."""
        waiting = [one for one in self.line if not one["seat"]]
        return {
            "waiting": len(waiting),
            "emergencies": sum(one["emergency"] for one in self.line),
            "oldest_since": min((one["since"] for one in waiting), default=None),
            "overdue": sum(one["due_at"] < ago(0) for one in self.line),
        }

    def data(self) -> Json:
        """What a snapshot holds."""
        return {
            "me": self.me,
            "seat": self.seat,
            "call": self.call,
            "queues": [
                {
                    "name": n,
                    "title_zh": zh,
                    "title_en": en,
                    "waiting": 1,
                    "longest_since": ago(6),
                    "ready": 2,
                }
                for n, (zh, en) in QUEUES.items()
            ],
            "callbacks": 1,
            "chats": self.chats,
            "line": self.counts(),
            "link": "up",
        } | self.heard.parts()

    async def push(self, *parts: str) -> None:
        """Tell every window these parts of the state as they are now."""
        for part in parts:
            self.seq += 1
            said = {"seq": self.seq, "type": part, "ts": ago(0), "data": self.data()[part]}
            for socket in list(self.sockets):
                await socket.send_json(said)

    async def tell(self, kind: str, data: Json) -> None:
        """Tell every window something that is not counted and not kept."""
        for socket in list(self.sockets):
            await socket.send_json({"type": kind, "data": data})

    def chat(self, contact_id: str) -> Json:
        """One conversation at the seat."""
        return next(one for one in self.chats if one["contact_id"] == contact_id)

    async def hears(self, contact_id: str, text: str) -> None:
        """The citizen says something."""
        one, talk = self.chat(contact_id), self.talks.setdefault(contact_id, [])
        talk.append(message(len(talk) + 1, "in", text, at=ago(0)))
        one |= {"last_seq": len(talk), "changed": one["changed"] + 1, "last_text": text}
        one |= {
            "waiting_since": one["waiting_since"] or ago(0),
            "due_at": one["due_at"] or ago(-180),
        }
        await self.push("chats")

    def routes(self) -> list[web.RouteDef]:
        """Every path that the console asks."""
        api = "/api/v1"
        return [
            web.get("/console", self._page),
            web.get("/assets/{name}", self._asset),
            web.get(f"{api}/live", self._live),
            web.get(f"{api}/contacts/{{id}}/recording", self._sound),
            web.get(f"{api}/attachments/{{id}}/{{which}}", self._file),
            web.route("*", f"{api}/{{path:.+}}", self._api),
        ]

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(BUILT / "console.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(BUILT / "assets" / request.match_info["name"])

    async def _file(self, _request: web.Request) -> web.Response:
        return web.Response(body=picture(), content_type="image/png")

    async def _sound(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self.recording) if self.recording else web.Response(status=404)

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        head = {"type": "snapshot", "epoch": "e1", "seq": self.seq, "server_time": ago(0)}
        await socket.send_json(head | {"data": self.data()})
        self.sockets.add(socket)
        try:
            while True:
                try:
                    said = await socket.receive(PING_SECONDS)
                except TimeoutError:
                    await socket.send_json({"type": "ping", "server_time": ago(0)})
                    continue
                if said.type is not WSMsgType.TEXT:
                    break
        finally:
            self.sockets.discard(socket)
        return socket

    async def _api(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        body: Json = {}
        if request.content_type == "application/json" and request.can_read_body:
            body = await request.json()
        if request.method != "GET" and not path.startswith(("live/", "session")):
            undone = "DELETE " if request.method == "DELETE" else ""
            self.done.append((undone + path, body))
        for end, (status, code) in list(self.fails.items()):
            if path.endswith(end):
                del self.fails[end]
                return refused(status, code, ())
        if request.method == "GET":
            return web.json_response(self._read(path, request))
        answer = self.heard.do(path.split("/"), body)
        if answer is None:
            answer = await self._do(path, body, request)
        elif path.startswith("alarms/"):
            await self.push("alarms")
        return web.json_response(answer, status=201 if answer and "seq" in answer else 200)

    def _read(self, path: str, request: web.Request) -> Any:
        plain: Json = {"seats": self.seats, "queues": self.data()["queues"]}
        plain |= {"session": self.me, "options": options(), "line": {"items": self.line}}
        plain |= {"standings": NO_STANDINGS, "staff-complaints": {"items": [], "over": []}}
        plain |= {"parked": [], "emergencies": {"items": [], "days": [], "lines": []}}
        plain |= {"canned": {"items": canned()}, "colleagues": {"items": colleagues()}}
        plain |= self.reads
        match path.split("/"):
            case ["chats", contact_id, "messages"]:
                after, limit = int(request.query["after"]), int(request.query["limit"])
                talk = self.talks.get(contact_id, [])
                items = [one for one in talk if one["seq"] > after][:limit]
                return {"items": items, "last_seq": len(talk)}
            case ["chats", _, "citizen"]:
                return self.citizen
            case ["contacts", _, "sms"] if path not in plain:
                return NO_TEXTS
            case ["contacts", contact_id, "transcript"]:
                return self.heard.transcript(contact_id, request.query)
            case ["contacts", contact_id]:
                other = contact("c-urgent", "wechat", 1, excerpt="井盖坏了")
                one = self.contacts.get(contact_id, other)
                return {"contact": one, "flags": [], "facts": []}
        return plain.get(path, {"items": []})

    async def _do(self, path: str, body: Json, request: web.Request) -> Json:
        match path.split("/"):
            case ["live", "ticket"]:
                return {"ticket": str(next(self.tickets)), "seconds": 10}
            case ["contacts", "search"]:
                items = [contact("e-1", "phone", 2), contact("e-2", "app", 9, excerpt="路灯不亮")]
                return {"items": items, "next_cursor": None}
            case ["chats", contact_id, "messages"]:
                return await self._say(contact_id, body)
            case ["chats", _, "files"]:
                name = request.headers["X-File-Name"]
                size = len(await request.read())
                return {
                    "id": f"up-{size}",
                    "kind": "image",
                    "name": name,
                    "size_bytes": size,
                    "state": "stored",
                }
            case ["chats", contact_id, "accept"]:
                self.chat(contact_id).update(state="open", accepted_at=ago(0), offer_until=None)
            case ["chats", contact_id, "shown"]:
                self.chat(contact_id).update(read_seq=body["seq"])
            case ["chats", contact_id, "decline" | "release" | "close" | "transfer"]:
                self.chats = [one for one in self.chats if one["contact_id"] != contact_id]
            case ["links", link_id, what]:
                link = next(one for one in self.citizen["links"] if one["id"] == link_id)
                link |= {
                    "state": "confirmed" if what == "confirm" else "revoked",
                    "decided_at": ago(0),
                }
            case _:
                return {}
        await self.push("chats")
        return {}

    async def _say(self, contact_id: str, body: Json) -> Json:
        one, talk = self.chat(contact_id), self.talks.setdefault(contact_id, [])
        said = message(len(talk) + 1, "note" if body["note"] else "out", body["text"], at=ago(0))
        if said["out"]:
            said["out"]["state"] = "sent"
            one |= {"waiting_since": None, "due_at": None, "last_text": body["text"]}
            if one["grant"] and one["grant"]["left"]:
                one["grant"] = one["grant"] | {"left": one["grant"]["left"] - 1}
        talk.append(said)
        one |= {"last_seq": len(talk), "changed": one["changed"] + 1, "read_seq": len(talk)}
        await self.push("chats")
        return said


@asynccontextmanager
async def console_peer(*, busy: bool = True) -> AsyncIterator[ConsolePeer]:
    """Listen on a free port until the block ends; ``busy``: with the example's conversations."""
    peer = ConsolePeer(seat=seat())
    if busy:
        peer.chats, peer.line = busy_chats(), busy_line()
        peer.talks = {"c-urgent": busy_talk()}
        for one in peer.chats:
            peer.talks.setdefault(one["contact_id"], [message(1, "in", one["last_text"])])

    @web.middleware
    async def name_it(request: web.Request, handler: Any) -> web.StreamResponse:
        request[REQUEST_ID] = "peer"
        response: web.StreamResponse = await handler(request)
        return response

    app = web.Application(middlewares=[name_it], client_max_size=16 << 20)
    app.on_response_prepare.append(add_headers)
    app.add_routes(peer.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        peer.url = f"http://{host}:{port}"
        yield peer
    finally:
        await asyncio.gather(*(socket.close() for socket in list(peer.sockets)))
        await runner.cleanup()
