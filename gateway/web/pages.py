"""The citizen's page, the shells of console, admin's page and wallboard, and their files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web

from config.settings import Settings
from gateway.core.errors import Unknown
from gateway.core.number import Number
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.paper import HERE, NotBuilt, Paper

ASSET = re.compile(
    r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}){0,4}"
)
HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
"""Vite writes the content's hash into the name, so such a file never changes."""


class Pages:
    """/, /console, /admin, /wall and /assets; ``writes``: citizens can also write to us."""

    def __init__(
        self,
        settings: Settings,
        static_dir: Path = HERE / "static",
        pages_dir: Path = HERE / "pages",
        numbers: Callable[[], Sequence[Number]] = tuple,
        *,
        writes: bool = False,
    ) -> None:
        self._settings = settings
        self._writes = writes
        self._static_dir = static_dir
        self._paper = Paper(settings, numbers, pages_dir)

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/",
                policy=PUBLIC,
                handler=self.citizen,
                summary="The citizen's page; ?lang=en for English, ?elder=1 for large print",
                summary_zh="市民页面",
                tag="pages",
                media="text/html",
                problems=(503,),
                personal=False,
            ),
            self._shell(
                "console", "The console's shell; it shows nothing before the login", "坐席工作台"
            ),
            self._shell(
                "admin", "The admin's shell; it shows nothing before the login", "系统管理"
            ),
            self._shell(
                "wall", "The wallboard's shell; what it shows comes from /api/v1/board", "运行大屏"
            ),
            Operation(
                method="GET",
                path="/assets/{name:.+}",
                policy=PUBLIC,
                handler=self.asset,
                summary="Scripts, styles and pictures of the pages",
                summary_zh="页面资源",
                tag="pages",
                media="*/*",
                problems=(404,),
                personal=False,
            ),
        )

    async def citizen(self, ask: Ask) -> web.StreamResponse:
        """How to reach us, in the language asked for."""
        web_calls = self._settings.web.web_calls
        return self._paper.page(
            ask.request, "citizen.html", web_calls=web_calls, writes=self._writes
        )

    def _shell(self, name: str, summary: str, summary_zh: str) -> Operation:
        """The single page of one program, the same for everybody."""
        path = self._static_dir / f"{name}.html"

        async def shell(ask: Ask) -> web.StreamResponse:
            del ask
            if not path.is_file():
                raise NotBuilt(name)
            headers = {"Cache-Control": "no-cache", "Content-Type": "text/html; charset=utf-8"}
            return web.FileResponse(path, headers=headers)

        return Operation(
            method="GET",
            path=f"/{name}",
            policy=PUBLIC,
            handler=shell,
            summary=summary,
            summary_zh=summary_zh,
            tag="pages",
            media="text/html",
            problems=(503,),
            personal=False,
        )

    async def asset(self, ask: Ask) -> web.StreamResponse:
        """One file, by a name that cannot leave its folder."""
        name = ask.part("name")
        path = self._static_dir / "assets" / name
        if not ASSET.fullmatch(name) or not path.is_file():
            raise Unknown("asset", "")
        lasting = "public, max-age=31536000, immutable"
        caching = lasting if HASHED.search(name) else "no-cache"
        return web.FileResponse(path, headers={"Cache-Control": caching})
