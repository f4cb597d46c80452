"""The pages."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings, Site, Web
from gateway.web.pages import Pages
from tests.gateway.web.web_world import WebWorld, web_world

SHELLS = ("console", "admin", "wall")
TEMPLATE = "<html lang={{ lang }}>{{ site.name_zh }}|{{ numbers[0].did }}|{{ web_calls }}"


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A server whose pages were built."""
    pages, static = tmp_path / "pages", tmp_path / "static"
    pages.mkdir()
    (static / "assets").mkdir(parents=True)
    (pages / "citizen.html").write_text(TEMPLATE, "utf-8")
    for name in SHELLS:
        (static / f"{name}.html").write_text(f"<title>{name}</title>", "utf-8")
    (static / "assets" / "call.js").write_text("call()", "utf-8")
    (static / "assets" / "console-Dydj2otn.js").write_text("x", "utf-8")
    (static / "secret").write_text("secret", "utf-8")
    site = Site(name_zh="<script>alert(1)</script>")
    made = Pages(replace(Settings(), site=site), static, pages)
    async with web_world(tmp_path, pages=made, web=Web(port=0)) as world:
        yield world


@pytest.mark.parametrize(
    ("query", "accept", "lang"),
    [
        ("", "", "zh-CN"),
        ("", "en-US,en", "en"),
        ("?lang=en", "zh", "en"),
        ("?lang=zh-CN", "en", "zh-CN"),
        ("?lang=xx", "en", "en"),
    ],
)
async def test_the_citizens_page_speaks_the_language_asked_for(
    built: WebWorld, query: str, accept: str, lang: str
) -> None:
    """By ?lang, else by Accept-Language, else Chinese; what is shown is escaped."""
    async with built.browser() as browser:
        page = await browser.ask("GET", "/" + query, headers={"Accept-Language": accept})
        assert page.headers["Content-Language"] == lang
        assert page.raw.decode() == (
            f"<html lang={lang}>&lt;script&gt;alert(1)&lt;/script&gt;|12345|True"
        )


async def test_files_have_an_etag_and_hashed_ones_last(built: WebWorld) -> None:
    """Asked again with it: 304. A name with a hash is kept for a year, another is asked again."""
    async with built.browser() as browser:
        plain = await browser.ask("GET", "/assets/call.js")
        assert plain.headers["Cache-Control"] == "no-cache"
        assert "javascript" in plain.headers["Content-Type"]
        tag = {"If-None-Match": plain.headers["Etag"]}
        assert (await browser.ask("GET", "/assets/call.js", headers=tag)).status == 304
        hashed = await browser.ask("GET", "/assets/console-Dydj2otn.js")
        assert "immutable" in hashed.headers["Cache-Control"]


@pytest.mark.parametrize("name", SHELLS)
async def test_a_shell_comes_without_a_login_and_runs_nothing_but_our_own_files(
    built: WebWorld, name: str
) -> None:
    """Its own page, asked for anew each time, under the policy that forbids inline scripts."""
    async with built.browser() as browser:
        shell = await browser.ask("GET", f"/{name}")
        assert shell.raw.decode() == f"<title>{name}</title>"
        assert shell.headers["Content-Type"] == "text/html; charset=utf-8"
        assert shell.headers["Cache-Control"] == "no-cache"
        policy = shell.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "name",
    ["../secret", "..%2fsecret", "%2e%2e/secret", "gone.js", ".hidden", "a//b", "", "call.js%00"],
)
async def test_a_name_cannot_leave_the_assets(built: WebWorld, name: str) -> None:
    """404, whatever was tried."""
    async with built.browser() as browser:
        path = f"/assets/{name}"
        got = await browser.http.get(built.url + path)
        assert got.status == 404
        assert "secret" not in await got.text()


async def test_pages_that_are_not_built_say_how_to_build_them(tmp_path: Path) -> None:
    """503 with the command."""
    pages = Pages(Settings(), tmp_path / "none", tmp_path / "none")
    async with web_world(tmp_path, pages=pages) as world, world.browser() as browser:
        for path in ("/", "/console", "/admin", "/wall"):
            answer = await browser.ask("GET", path)
            assert answer.status == 503
            assert "./hotline up" in answer.json["title"]
