"""A site of models on the loopback: it breaks off, goes on, lies, as the test wants."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from gateway.telephony.free_port import free_port

NAME = "vosk-model-small-cn-0.22"


@dataclass
class ModelSite:
    """One model. ``breaks``: so many bytes are sent of each of the next answers."""

    archive: bytes
    md5: str = ""
    size: int = 0
    breaks: list[int] = field(default_factory=list)
    resumes: bool = True
    list_text: str = ""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    """The Range of each request for the archive; empty: from its begin."""

    async def model_list(self, _: web.Request) -> web.Response:
        """Their model-list.json."""
        rows = [
            {"lang": "en-us", "name": "vosk-model-small-en-us-0.15", "md5": "0", "size": 1},
            {
                "lang": "cn", "name": NAME, "type": "small", "version": "0.22",
                "md5": self.md5 or hashlib.md5(self.archive).hexdigest(),
                "size": self.size or len(self.archive), "url": f"{self.url}{NAME}.zip",
            },
        ]  # fmt: skip
        return web.Response(text=self.list_text or json.dumps(rows))

    async def model(self, request: web.Request) -> web.StreamResponse:
        """The archive, or the part that was asked for, as far as it goes."""
        wanted = request.headers.get("Range", "")
        self.asked.append(wanted)
        begin = int(wanted[6:-1]) if wanted and self.resumes else 0
        body = self.archive[begin:]
        answer = web.StreamResponse(status=206 if begin else 200)
        answer.content_length = len(body)
        if begin:
            whole = len(self.archive)
            answer.headers["Content-Range"] = f"bytes {begin}-{whole - 1}/{whole}"
        await answer.prepare(request)
        sent = self.breaks.pop(0) if self.breaks else len(body)
        await answer.write(body[:sent])
        if sent < len(body) and request.transport:
            request.transport.close()
        return answer


@asynccontextmanager
async def model_site(site: ModelSite) -> AsyncIterator[ModelSite]:
    """Serve it; ``site.url`` is where."""
    app = web.Application()
    app.router.add_get("/models/model-list.json", site.model_list)
    app.router.add_get(f"/models/{NAME}.zip", site.model)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    site.url = f"http://127.0.0.1:{port}/models/"
    try:
        yield site
    finally:
        await runner.cleanup()
