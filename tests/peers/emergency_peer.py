"""A whole 110 system on loopback: takes signed packets once each, has orders, tells us of them."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from gateway.core.webhook import genuine, signed
from gateway.ports import Clock

KEY = b"110-and-12345-know-this-key-only"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
Json = dict[str, Any]


@dataclass
class EmergencyPeer:
    """What it was told, by our id, and how it is told to behave."""

    clock: Clock
    url: str = ""
    packets: dict[str, Json] = field(default_factory=dict)
    """The newest version of each."""
    deliveries: list[str] = field(default_factory=list)
    orders: dict[str, Json] = field(default_factory=dict)
    forged: int = 0
    down: bool = False
    mute: bool = False
    """Takes what it is given, and its answer is lost."""

    async def take(self, request: web.Request) -> web.Response:
        """One packet: once, however often it comes."""
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if self.down:
            return web.Response(status=503)
        if not genuine(KEY, headers, body, self.clock.now()):
            self.forged += 1
            return web.Response(status=401)
        packet = json.loads(body)
        self.deliveries.append(headers["webhook-id"])
        known = self.packets.get(packet["id"])
        if known is None or packet["version"] >= known["version"]:
            self.packets[packet["id"]] = packet
        order = {"their_id": f"JQ-{len(self.orders) + 1}", "status": "", "day": packet["at"][:10]}
        order = self.orders.setdefault(packet["id"], order)
        if self.mute:
            return web.Response(status=502)
        return web.json_response({"accepted": True, "their_id": order["their_id"]})

    async def day(self, request: web.Request) -> web.Response:
        """Its list of a day."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        if self.down or not genuine(KEY, headers, b"", self.clock.now()):
            return web.Response(status=401)
        items = [
            {"id": id_, "their_id": one["their_id"], "status": one["status"]}
            for id_, one in self.orders.items()
            if one["day"] == request.match_info["day"]
        ]
        return web.json_response({"items": items})

    async def tell(
        self, hook: str, id_: str, status: str, *, key: bytes = KEY, age_seconds: int = 0
    ) -> int:
        """Say how the order of this handover is; the status of the answer."""
        order = self.orders.setdefault(id_, {"their_id": "JQ-0", "status": "", "day": ""})
        order["status"] = status
        said = {"id": id_, "their_id": order["their_id"], "status": status}
        body = json.dumps(said).encode()
        at = self.clock.now()
        at = at.fromtimestamp(at.timestamp() - age_seconds, tz=at.tzinfo)
        headers = {**signed(key, f"o-{id_}-{status}", at, body), "Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(hook, data=body, headers=headers) as answer,
        ):
            return answer.status


@asynccontextmanager
async def emergency_peer(clock: Clock) -> AsyncIterator[EmergencyPeer]:
    """Listening until the end of the block."""
    peer = EmergencyPeer(clock)
    app = web.Application()
    app.router.add_post("/packets", peer.take)
    app.router.add_get("/packets/day/{day}", peer.day)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        peer.url = f"http://127.0.0.1:{port}/packets"
        yield peer
    finally:
        await runner.cleanup()
