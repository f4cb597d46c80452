"""The plan for the commands: through the running gateway, or in the store when none runs.

The answers are those of the API (``gateway.web.admin_views``).
"""

from __future__ import annotations

import getpass
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp

from config.plan_rules import PLAN_RULES
from config.settings import Settings
from gateway.app import opened_store
from gateway.clock import SystemClock
from gateway.core.drift import PublishFailed
from gateway.core.errors import HotlineError, Problem
from gateway.core.plan_json import from_json
from gateway.intake.local_login import local_login
from gateway.intake.plan_book import Author, PlanBook
from gateway.intake.plan_offline import OfflinePlan
from gateway.web import admin_views as views
from gateway.web.origins import Origins
from gateway.web.sessions import Cookie

PATH = "/api/v1/admin"
ANSWER_SECONDS = 60.0
NOT_RUNNING = PublishFailed("connect", "网关没有运行 / the gateway does not run")

Json = dict[str, Any]


class Refused(HotlineError):
    """The gateway refused it."""

    code = "refused"

    def __init__(self, status: int, title: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(status, title)
        self.status, self.title, self.problems = status, title, problems


class Office(Protocol):
    """What the commands can ask."""

    running: bool

    async def plan(self) -> Json:
        """The plan now."""
        ...

    async def check(self, base: int, plan: Json) -> Json:
        """Problems, changes, warnings."""
        ...

    async def publish(self, base: int, plan: Json, comment: str) -> Json:
        """Make it so."""
        ...

    async def revisions(self, limit: int) -> Json:
        """Newest first."""
        ...

    async def undo(self, number: int, comment: str) -> Json:
        """Take one back."""
        ...

    async def drift(self) -> Json:
        """What differs."""
        ...

    async def mend(self) -> Json:
        """Put it right."""
        ...


class OnlineOffice:
    """Over HTTP."""

    running = True

    def __init__(self, web: aiohttp.ClientSession, tls: ssl.SSLContext | bool) -> None:
        self._web, self._tls = web, tls

    async def plan(self) -> Json:
        """GET plan."""
        return await self._ask("GET", "plan")

    async def check(self, base: int, plan: Json) -> Json:
        """POST plan/check."""
        return await self._ask("POST", "plan/check", {"base_revision": base, "plan": plan})

    async def publish(self, base: int, plan: Json, comment: str) -> Json:
        """POST plan/publish."""
        body = {"base_revision": base, "plan": plan, "comment": comment}
        return await self._ask("POST", "plan/publish", body)

    async def revisions(self, limit: int) -> Json:
        """GET revisions."""
        return await self._ask("GET", f"revisions?limit={limit}")

    async def undo(self, number: int, comment: str) -> Json:
        """POST revisions/n/undo."""
        return await self._ask("POST", f"revisions/{number}/undo", {"comment": comment})

    async def drift(self) -> Json:
        """GET drift."""
        return await self._ask("GET", "drift")

    async def mend(self) -> Json:
        """POST drift/mend."""
        return await self._ask("POST", "drift/mend", {})

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Json:
        url = f"{PATH}/{path}"
        async with self._web.request(method, url, json=body, ssl=self._tls) as answer:
            found: Json = await answer.json(content_type=None)
            if answer.status < 400:
                return found
            problems = tuple(
                Problem(one["pointer"], one["code"], one["zh"], one["en"])
                for one in found.get("errors", ())
            )
            raise Refused(answer.status, str(found.get("title", "")), problems)


class OfflineOffice:
    """In the store."""

    running = False

    def __init__(self, plan: OfflinePlan, by: Author) -> None:
        self._plan, self._by = plan, by

    async def plan(self) -> Json:
        """As it is in the store."""
        return views.plan_view(await self._plan.current(), self._plan.book.greetings)

    async def check(self, base: int, plan: Json) -> Json:
        """Without who sits where."""
        return views.check_view(*await self._plan.check(base, from_json(plan)))

    async def publish(self, base: int, plan: Json, comment: str) -> Json:
        """For the next start."""
        return views.result_view(await self._plan.publish(self._by, base, from_json(plan), comment))

    async def revisions(self, limit: int) -> Json:
        """Newest first."""
        return views.revisions_view(await self._plan.revisions(0, limit))

    async def undo(self, number: int, comment: str) -> Json:
        """For the next start."""
        return views.result_view(await self._plan.undo(self._by, number, comment))

    async def drift(self) -> Json:
        """Nothing runs."""
        raise NOT_RUNNING

    async def mend(self) -> Json:
        """Nothing runs."""
        raise NOT_RUNNING


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """The running gateway's, else the store's (said on stderr)."""
    clock, user = SystemClock(), getpass.getuser()
    url, tls = _address(settings), _tls(settings)
    async with opened_store(settings) as store, local_login(store, clock, user) as (who, token):
        origins = Origins.of(settings.web)
        cookie = Cookie(secure=origins.secure, seconds=1)
        headers = {
            "Origin": settings.web.public_url.rstrip("/") or url,
            "Sec-Fetch-Site": "same-origin",
            "Cookie": f"{cookie.name}={token}",
        }
        if settings.web.public_url:
            headers["Host"] = urlsplit(settings.web.public_url).netloc
        limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(
            url, headers=headers, cookie_jar=aiohttp.DummyCookieJar(), timeout=limit
        ) as web:
            online = OnlineOffice(web, tls)
            try:
                await online.plan()
            except aiohttp.ClientConnectorError:
                print(  # noqa: T201 - for people, beside the data
                    "网关没有运行：只改数据库，下次启动生效 / the gateway does not run: only the "
                    "database is changed, the next start shows it",
                    file=sys.stderr,
                )
                book = PlanBook(store, clock, PLAN_RULES)
                yield OfflineOffice(OfflinePlan(book), Author(operator_id=who.id, name=who.name))
                return
            yield online


def _address(settings: Settings) -> str:
    web = settings.web
    scheme = "https" if web.tls_cert_file else "http"
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(web.host, web.host)
    return f"{scheme}://{host}:{web.port}"


def _tls(settings: Settings) -> ssl.SSLContext | bool:
    """The gateway's own certificate and no other; it need not be named like this machine."""
    if settings.web.tls_cert_file is None:
        return True
    context = ssl.create_default_context(cafile=str(settings.web.tls_cert_file))
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
