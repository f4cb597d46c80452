"""Files of conversations, as a screen may show them and as they came."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from gateway.core.operator import Right
from gateway.intake.accounts import fingerprint
from gateway.intake.file_desk import FileDesk, Part, Shown
from gateway.web.headers import SANDBOXED
from gateway.web.operation import Ask, Operation

ATTACHMENT = "/api/v1/attachments/{attachment_id:[A-Za-z0-9_-]{1,64}}"


class FilesApi:
    """/api/v1/attachments."""

    def __init__(self, desk: FileDesk) -> None:
        self._desk = desk

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path=f"{ATTACHMENT}/view",
                policy=Right.TAKE_CALLS,
                handler=self.view,
                summary="What was made of a file for the screen, whole or a range; noted",
                summary_zh="附件预览（支持 Range，记入审计）",
                tag="attachments",
                media="*/*",
                also=(206,),
                problems=(404, 416),
            ),
            Operation(
                method="GET",
                path=f"{ATTACHMENT}/original",
                policy=Right.TAKE_CALLS,
                handler=self.original,
                summary="A file as it came, always to be saved; noted",
                summary_zh="附件原件（下载，记入审计）",
                tag="attachments",
                media="application/octet-stream",
                also=(206,),
                problems=(404, 416),
            ),
        )

    async def view(self, ask: Ask) -> web.StreamResponse:
        """A picture, a sound or a film of our own making."""
        return await self._sent(ask, Part.VIEW)

    async def original(self, ask: Ask) -> web.StreamResponse:
        """Whatever the citizen sent; no browser opens it in our origin."""
        return await self._sent(ask, Part.ORIGINAL)

    async def _sent(self, ask: Ask, part: Part) -> web.StreamResponse:
        shown = await self._desk.shown(
            ask.operator, ask.part("attachment_id"), part, fingerprint(ask.token)
        )
        return file_answer(ask.request, shown)


def file_answer(request: web.Request, shown: Shown) -> web.StreamResponse:
    """The file with the headers that keep it from being a page of ours; aiohttp does ranges."""
    request[SANDBOXED] = True
    headers = {"Content-Type": shown.content_type, "Content-Disposition": "inline"}
    if not shown.inline:
        named = quote(shown.name, safe="")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{named}"
    return web.FileResponse(shown.path, headers=headers)
