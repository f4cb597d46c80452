"""The citizen's pages, rendered: language, letter size, and who the hotline is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from config.settings import Settings
from gateway.core.errors import Unavailable
from gateway.core.number import Number
from gateway.web.problems import wants_english

HERE = Path(__file__).parent


class NotBuilt(Unavailable):
    """The pages are not built yet."""

    code = "not-built"


class Paper:
    """Templates of one folder, with what every page of the citizen shows."""

    def __init__(
        self,
        settings: Settings,
        numbers: Callable[[], Sequence[Number]],
        pages_dir: Path = HERE / "pages",
    ) -> None:
        self._settings = settings
        self._numbers = numbers
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(pages_dir),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
        )

    def page(
        self, request: web.Request, template: str, status: int = 200, **shown: Any
    ) -> web.Response:
        """One page in the language asked for. Raises NotBuilt."""
        lang = "en" if english(request) else "zh-CN"
        try:
            found = self._templates.get_template(template)
        except jinja2.TemplateNotFound:
            raise NotBuilt(template) from None
        text = found.render(
            lang=lang,
            elder=request.query.get("elder") == "1",
            path=request.path,
            site=self._settings.site,
            numbers=self._numbers() or self._settings.number,
            **shown,
        )
        headers = {
            "Cache-Control": "no-cache",
            "Vary": "Accept-Language",
            "Content-Language": lang,
        }
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def english(request: web.Request) -> bool:
    """By ?lang, else by Accept-Language, else Chinese."""
    asked = request.query.get("lang", "").lower()
    if asked[:2] in ("en", "zh"):
        return asked.startswith("en")
    return wants_english(request.headers.get("Accept-Language", ""))
