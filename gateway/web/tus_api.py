"""Uploads that go on after a break: tus 1.0.0, core with creation, expiration and termination."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from gateway.core.errors import Invalid, Problem, Throttled
from gateway.core.upload import OtherTus, Upload
from gateway.web.body import WrongMedia
from gateway.web.citizen_uses import Uploads
from gateway.web.limits import Limits
from gateway.web.operation import PUBLIC, Ask, Operation

TUS = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
PIECE_MEDIA = "application/offset+octet-stream"
PIECE_SECONDS = 30.0
RETRY_SECONDS = 5.0


class TusApi:
    """The uploads under ``path``; ``owner`` says whose a request's are, or refuses it."""

    def __init__(  # noqa: PLR0917 - made in two places
        self,
        path: str,
        tag: str,
        owner: Callable[[Ask], str],
        uploads: Uploads,
        limits: Limits,
        flags: dict[str, Any],
    ) -> None:
        self._path = path
        self._tag = tag
        self._owner = owner
        self._uploads = uploads
        self._limits = limits
        self._flags = flags
        self._under_way = 0

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        each = self._path + "/{id}"
        return (
            self._one("OPTIONS", self._path, self.options, "What of tus there is", "上传能力"),
            self._one(
                "POST", self._path, self.create, "Begin an upload (Upload-Length)", "开始上传", 201
            ),
            self._one("HEAD", each, self.look, "How far it is (Upload-Offset)", "上传进度", 200),
            self._one(
                "PATCH", each, self.append, "Go on at Upload-Offset", "续传", raw=PIECE_MEDIA
            ),
            self._one("DELETE", each, self.drop, "Forget it", "取消上传"),
        )

    def _one(  # noqa: PLR0917 - a row of the table above
        self,
        method: str,
        path: str,
        handler: Callable[[Ask], Any],
        summary: str,
        summary_zh: str,
        status: int = 204,
        raw: str = "",
    ) -> Operation:
        problems = () if method == "OPTIONS" else (401, 404, 409, 412, 415, 422, 429, 503)
        return Operation(
            method=method,
            path=path,
            policy=PUBLIC,
            handler=handler,
            summary=summary,
            summary_zh=summary_zh,
            tag=self._tag,
            status=status,
            media="*/*",
            problems=problems,
            answer_seconds=self._limits.upload_seconds,
            raw=raw,
            **{key: one for key, one in self._flags.items() if key != "guard" or problems},
        )

    async def options(self, ask: Ask) -> web.StreamResponse:
        """What is spoken here."""
        del ask
        headers = {
            "Tus-Resumable": TUS,
            "Tus-Version": TUS,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(self._limits.upload_bytes),
        }
        return web.Response(status=204, headers=headers)

    async def create(self, ask: Ask) -> web.StreamResponse:
        """A place for a file. Raises OtherTus, Invalid, Throttled."""
        owner = self._speaks(ask)
        upload = await self._uploads.begin(owner, _whole(ask, "Upload-Length"))
        return _answer(201, upload, Location=f"{self._path}/{upload.id}")

    async def look(self, ask: Ask) -> web.StreamResponse:
        """How far it is. Raises OtherTus, Unknown."""
        upload = await self._uploads.look(self._speaks(ask), ask.part("id"))
        return _answer(200, upload, **{"Upload-Length": str(upload.size_bytes)})

    async def append(self, ask: Ask) -> web.StreamResponse:
        """Take what comes. Raises OtherTus, WrongMedia, Unknown, WrongOffset, Invalid."""
        owner, request = self._speaks(ask), ask.request
        if request.content_type != PIECE_MEDIA or request.headers.get("Content-Encoding"):
            raise WrongMedia
        offset = _whole(ask, "Upload-Offset")
        if self._under_way >= self._limits.uploads_under_way:
            raise Throttled(RETRY_SECONDS)
        self._under_way += 1
        try:
            upload = await self._uploads.append(owner, ask.part("id"), offset, pieces(request))
        finally:
            self._under_way -= 1
        return _answer(204, upload)

    async def drop(self, ask: Ask) -> web.StreamResponse:
        """Forget it. Raises OtherTus, Unknown."""
        await self._uploads.drop(self._speaks(ask), ask.part("id"))
        return web.Response(status=204, headers={"Tus-Resumable": TUS})

    def _speaks(self, ask: Ask) -> str:
        """Whose uploads are meant. Raises what ``owner`` raises, and OtherTus."""
        owner = self._owner(ask)
        if ask.request.headers.get("Tus-Resumable") != TUS:
            raise OtherTus(TUS)
        return owner


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """The body as it comes; ends with TimeoutError when nothing comes for long."""
    while True:
        async with asyncio.timeout(PIECE_SECONDS):
            piece = await request.content.readany()
        if not piece:
            return
        yield piece


def _whole(ask: Ask, header: str) -> int:
    text = ask.request.headers.get(header, "")
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        zh, en = f"请求头 {header} 应为整数。", f"The header {header} must be a whole number."
        raise Invalid(Problem("", "header", zh, en))
    return int(text)


def _answer(status: int, upload: Upload, **more: str) -> web.Response:
    headers = {
        "Tus-Resumable": TUS,
        "Upload-Offset": str(upload.offset),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
        **more,
    }
    return web.Response(status=status, headers=headers)
