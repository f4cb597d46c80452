"""The web, opened and closed as one."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from config.settings import Settings
from config.settings import Web as WebSettings
from gateway.core.errors import Unavailable
from gateway.web.addresses import networks
from gateway.web.admin_api import AdminApi
from gateway.web.alarms_api import AlarmsApi
from gateway.web.audit_api import AuditApi
from gateway.web.board_api import BoardApi
from gateway.web.callbacks_api import CallbacksApi
from gateway.web.calls_api import CallsApi
from gateway.web.centres_api import CentresApi
from gateway.web.chats_api import ChatsApi
from gateway.web.citizens import citizen_areas
from gateway.web.citizens_api import CitizensApi
from gateway.web.conduct_api import ConductApi
from gateway.web.connections import Door, factory, mark_began
from gateway.web.contacts_api import ContactsApi
from gateway.web.drafts_api import DraftsApi
from gateway.web.emergencies_api import EmergenciesApi
from gateway.web.evidence_api import EvidenceApi
from gateway.web.experts_api import ExpertsApi
from gateway.web.files_api import FilesApi
from gateway.web.flags_api import FlagsApi
from gateway.web.guests_api import GuestsApi
from gateway.web.headers import add_headers
from gateway.web.health import HealthApi
from gateway.web.hooks import HooksApi
from gateway.web.incidents_api import IncidentsApi
from gateway.web.leaders_api import LeadersApi
from gateway.web.limits import Limits
from gateway.web.line_api import LineApi
from gateway.web.live import Live
from gateway.web.openapi import DocumentApi
from gateway.web.operation import Operation
from gateway.web.origins import Origins
from gateway.web.pages import Pages
from gateway.web.paper import Paper
from gateway.web.policy import Gate
from gateway.web.problems import answer_problems
from gateway.web.promises_api import PromisesApi
from gateway.web.seat_api import SeatApi
from gateway.web.session_api import SessionApi
from gateway.web.sessions import Cookie
from gateway.web.sip_proxy import SipProxy
from gateway.web.sockets import Sockets
from gateway.web.staff_complaints_api import StaffComplaintsApi
from gateway.web.tags_api import TagsApi
from gateway.web.texts_api import TextsApi
from gateway.web.throttle_api import ThrottleApi
from gateway.web.transcripts_api import TranscriptsApi
from gateway.web.uses import ExpertParts, WebParts
from gateway.web.watch_api import WatchApi
from gateway.web.words_api import WordsApi

BACKLOG = 512


class PortTaken(Unavailable):
    """The web's address cannot be bound."""

    code = "port-taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServer:
    """A server that listens. ``url`` is for people, without a slash at its end."""

    port: int
    url: str
    door: Door
    operations: tuple[Operation, ...]


@asynccontextmanager
async def open_server(
    settings: Settings,
    parts: WebParts,
    *,
    limits: Limits | None = None,
    pages: Pages | None = None,
) -> AsyncIterator[WebServer]:
    """Listen until the block ends; ``settings.web.port`` 0 takes a free port.

    Raises PortTaken, and RouteWithoutPolicy before anything listens.
    """
    limits = limits or Limits()
    proxies = networks(settings.web.trusted_proxy)
    origins = Origins.of(settings.web)
    cookie = Cookie(secure=origins.secure, seconds=settings.web.session_hours * 3600)
    sockets = Sockets(limits.sockets)
    door = Door(limits, proxies)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        areas: list[Operation] = []
        for area in (
            SessionApi(settings, parts, cookie, sockets),
            SeatApi(parts),
            CallsApi(parts),
            GuestsApi(parts.guests),
            ChatsApi(parts),
            LineApi(settings, parts),
            CitizensApi(parts),
            DraftsApi(parts),
            CallbacksApi(parts),
            ContactsApi(parts),
            TextsApi(parts.chats.texting),
            FlagsApi(parts),
            TranscriptsApi(parts),
            WordsApi(parts),
            AlarmsApi(parts),
            WatchApi(parts),
            BoardApi(parts),
            TagsApi(parts),
            ThrottleApi(parts),
            AuditApi(parts),
            Live(parts, sockets, limits),
            SipProxy(settings, parts, sockets, client, limits),
            HealthApi(parts),
            *([CentresApi(parts.centres, limits)] if parts.centres else ()),  # before any account
            HooksApi(parts, limits),
            *([FilesApi(parts.files)] if parts.files else ()),
            *([EmergenciesApi(parts.emergencies, limits)] if parts.emergencies else ()),
            *([IncidentsApi(parts.incidents)] if parts.incidents else ()),
            *([LeadersApi(parts.leaders)] if parts.leaders else ()),
            *([ConductApi(parts.conduct)] if parts.conduct else ()),
            *([EvidenceApi(parts.conduct.evidence)] if parts.conduct else ()),
            *([StaffComplaintsApi(parts.conduct.complaints)] if parts.conduct else ()),
            AdminApi(parts),
            *(_expert_areas(parts.experts) if parts.experts else ()),
            pages or Pages(settings, numbers=parts.numbers, writes=parts.citizens is not None),
        ):
            areas.extend(area.operations())
        if parts.citizens is not None:
            paper = Paper(settings, parts.numbers)
            for one in citizen_areas(
                settings,
                parts.citizens,
                paper=paper,
                sockets=sockets,
                clock=parts.clock,
                limits=limits,
                secure=origins.secure,
            ):
                areas.extend(one.operations())
        operations = (*areas, *DocumentApi(areas).operations())
        gate = Gate(parts.accounts, cookie, origins, proxies, limits, parts.records.barred)
        app = make_app(gate, operations, sockets, limits)
        async with listening(app, settings.web, door, limits) as port:
            try:
                yield WebServer(
                    port=port, url=url_of(settings.web, port), door=door, operations=operations
                )
            finally:
                # still listening: whoever comes now is told when to come again
                gate.closed = True
                await sockets.close_all()


def _expert_areas(parts: ExpertParts) -> tuple[ExpertsApi, PromisesApi]:
    return ExpertsApi(parts.experts), PromisesApi(parts.promises)


def make_app(
    gate: Gate, operations: Sequence[Operation], sockets: Sockets, limits: Limits
) -> web.Application:
    """The routes behind their policies. Raises RouteWithoutPolicy."""
    app = web.Application(
        middlewares=[mark_began, answer_problems], client_max_size=limits.body_bytes
    )
    for operation in operations:
        gate.add(app, operation)
    gate.check(app)
    app.on_response_prepare.append(add_headers)

    async def close_sockets(_app: web.Application) -> None:
        await sockets.close_all()

    app.on_shutdown.append(close_sockets)
    return app


@asynccontextmanager
async def listening(
    app: web.Application, settings: WebSettings, door: Door, limits: Limits
) -> AsyncIterator[int]:
    """The port on which ``app`` is served, behind the limits of ``door``. Raises PortTaken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=limits.drain_seconds)
    await runner.setup()
    try:
        if runner.server is None:
            raise PortTaken("no server")
        loop = asyncio.get_running_loop()
        tls = _tls(settings)
        try:
            listener = await loop.create_server(
                factory(runner.server, door, limits, loop),
                settings.host,
                settings.port,
                ssl=tls,
                ssl_handshake_timeout=limits.header_seconds if tls else None,
                backlog=BACKLOG,
            )
        except OSError as error:
            raise PortTaken(f"{settings.host}:{settings.port} {error.strerror}") from None
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()
    finally:
        await runner.cleanup()


def _tls(settings: WebSettings) -> ssl.SSLContext | None:
    if settings.tls_cert_file is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls_cert_file, settings.tls_key_file)
    return context


def url_of(settings: WebSettings, port: int) -> str:
    """How people reach the web, without a slash at its end."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    scheme = "https" if settings.tls_cert_file else "http"
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
