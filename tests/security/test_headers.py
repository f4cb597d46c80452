"""The policy that every answer carries, and the pages that live under it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.settings import Settings
from gateway.web.pages import Pages
from tests.gateway.web.web_world import WebWorld, web_world

ASKED = (
    ("GET", "/"),
    ("GET", "/console"),
    ("GET", "/admin"),
    ("GET", "/wall"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/v1/session"),
    ("GET", "/health/live"),
    ("GET", "/nothing"),
    ("POST", "/api/v1/session"),
    ("PATCH", "/api/v1/session"),
)
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+\s*=|javascript:|<base\b|<object\b|<embed\b",
    re.IGNORECASE,
)


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A server with the pages that set-up built."""
    async with web_world(tmp_path, pages=Pages(Settings())) as world:
        yield world


async def test_every_answer_has_a_policy_without_holes(built: WebWorld) -> None:
    """Scripts from our own files only, nobody frames us, no base, no object, no other form."""
    async with built.browser() as browser:
        for method, path in ASKED:
            answer = await browser.ask(method, path)
            text = answer.headers["Content-Security-Policy"]
            policy = {
                name: set(values.split())
                for name, _, values in (part.strip().partition(" ") for part in text.split(";"))
            }
            assert policy["default-src"] == {"'self'"}, path
            assert policy["script-src"] == {"'self'"}, path
            assert policy["connect-src"] == {"'self'"}, path
            for closed in ("object-src", "base-uri", "frame-ancestors"):
                assert policy[closed] == {"'none'"}, path
            assert policy["form-action"] == {"'self'"}
            others = set().union(*(v for name, v in policy.items() if name != "style-src"))
            assert not others & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"}
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_no_page_runs_anything_but_our_own_files(built: WebWorld) -> None:
    """No script in the text of a page, no handler, nothing from another host."""
    async with built.browser() as browser:
        for path in ("/", "/console", "/admin", "/wall"):
            answer = await browser.ask("GET", path)
            assert answer.status == 200, path
            page = answer.raw.decode()
            assert not INLINE.search(page), (path, INLINE.search(page))
            sources = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"([^\"]+)\"", page)
            assert sources, path
            assert all(re.match(r"/[^/]|data:|#", source) for source in sources), sources
