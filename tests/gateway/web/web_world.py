"""A real server over a real store, desk and hub; only the telephone system is a peer."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from argon2 import PasswordHasher
from jsonschema import Draft202012Validator

from channels.channel import Channel
from config.plan_rules import PLAN_RULES
from config.settings import ConductSettings, Settings, Trunk, Web
from gateway.app.callbacks import opened_dialler
from gateway.app.city import city_of
from gateway.app.conduct import opened_conduct
from gateway.app.experts import ExpertDesk
from gateway.app.guests import GuestDesk
from gateway.app.messages import Messages
from gateway.app.modes import Modes
from gateway.core.guest_kind import GuestRole
from gateway.core.number import Number
from gateway.core.operator import Role
from gateway.intake.accounts import Accounts
from gateway.intake.admin import Admin
from gateway.intake.alarms import Alarms
from gateway.intake.audit import Audit
from gateway.intake.board import Board
from gateway.intake.callbacks import Callbacks
from gateway.intake.centres import Centres
from gateway.intake.city_targets import DirectoryTargets, EmergencyTargets
from gateway.intake.directory import Directory
from gateway.intake.drafts import Drafts
from gateway.intake.file_desk import FileDesk
from gateway.intake.floor import Floor
from gateway.intake.heard_book import HeardBook
from gateway.intake.heard_screens import HeardScreens
from gateway.intake.lifeline import Lifeline
from gateway.intake.marks import Marks
from gateway.intake.passwords import Hashing
from gateway.intake.plan_book import PlanBook
from gateway.intake.records import Records
from gateway.intake.seating import Seating
from gateway.intake.transcript_desk import TranscriptDesk
from gateway.intake.uploads import Uploads
from gateway.intake.voicemails import VoicemailDesk
from gateway.intake.word_search import WordSearch
from gateway.media.announcements import AnnouncementFolder
from gateway.media.folder import MediaFolder
from gateway.media.look import MediaLook
from gateway.ports import PhoneSecrets
from gateway.queue.memory_line import MemoryLine
from gateway.store.wall_link import WallLink
from gateway.web.citizen_uses import CitizenParts
from gateway.web.limits import Limits
from gateway.web.openapi import PATH_PART, document
from gateway.web.operation import Operation
from gateway.web.pages import Pages
from gateway.web.server import WebServer, open_server
from gateway.web.uses import EmergencyParts, HeardParts, Inbox, LeaderParts, WebParts
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.gateway.media.test_announcements import wav
from tests.peers.desk_of_citizens import CitizensPeer
from tests.peers.publisher_peer import PublisherPeer

PASSWORD = "correct horse 42"
SECRET = "web-call-secret"
APP_ACCOUNT, APP_KEY = "app:city", "key-of-the-city-app"
LIVE = "/api/v1/live"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.raw)


@dataclass
class Browser:
    """One person's browser, on our own origin; holds every answer to the OpenAPI document."""

    world: "WebWorld"
    http: aiohttp.ClientSession

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        raw: bytes | None = None,
    ) -> Answer:
        """Send, read, hold to the document."""
        sent = {"Sec-Fetch-Site": "same-origin", **(headers or {})}
        data = raw
        if raw is None and method in ("POST", "PUT"):
            data = json.dumps(body or {}).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        async with self.http.request(
            method, self.world.url + path, data=data, headers=sent, allow_redirects=False
        ) as answer:
            got = Answer(
                answer.status,
                {k.title(): v for k, v in answer.headers.items()},
                await answer.read(),
            )
        self.world.hold_to_document(method, path, got)
        return got

    async def log_in(self, login: str, password: str = PASSWORD) -> Answer:
        """Log in."""
        return await self.ask("POST", "/api/v1/session", {"login": login, "password": password})

    @asynccontextmanager
    async def socket(
        self, path: str, *, origin: str | None = None, protocols: tuple[str, ...] = ()
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A WebSocket from our own page, or from ``origin``; with a ticket where one is due."""
        if path.startswith(LIVE) and "ticket=" not in path:
            given = await self.ask("POST", f"{LIVE}/ticket", {})
            if given.status == 200:
                path += f"{'&' if '?' in path else '?'}ticket={given.json['ticket']}"
        async with self.http.ws_connect(
            self.world.url + path,
            headers={"Origin": self.world.url if origin is None else origin},
            protocols=protocols,
        ) as socket:
            yield socket


@dataclass
class WebWorld:
    """Everything behind the server."""

    floor: FloorWorld
    settings: Settings
    parts: WebParts
    messages: Messages
    accounts: Accounts
    recordings_dir: Path
    server: WebServer
    closing: AsyncExitStack
    """Ends the server before the rest, for a test that does."""
    health: dict[str, str]
    citizens: CitizensPeer
    uploads_dir: Path
    sip_peers: list[aiohttp.ClientSession] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url

    @asynccontextmanager
    async def browser(self, login: str = "") -> AsyncIterator[Browser]:
        """A browser of its own; logged in when ``login`` is given."""
        jar = aiohttp.CookieJar(unsafe=True)
        timeout = aiohttp.ClientTimeout(total=20)
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as http:
            browser = Browser(self, http)
            if login:
                assert (await browser.log_in(login)).status == 200
            yield browser

    def hold_to_document(self, method: str, path: str, got: Answer) -> None:
        """Every answer has a status and a body that the document promises."""
        operation = self.operation(method, path)
        if operation is None:
            # who asks, and how, comes first
            assert got.status in (404, 405, 400, 401, 412, 415), (method, path, got.status)
            return
        described = self.described
        where = PATH_PART.sub(r"{\1}", operation.path)
        responses = described["paths"][where][method.lower()]["responses"]
        if got.status in (304, 416):
            return  # the file itself answers, without a body
        assert str(got.status) in responses, (method, path, got.status, sorted(responses))
        content = responses[str(got.status)].get("content", {})
        if not content or method == "HEAD":
            return
        media, promise = next(iter(content.items()))
        assert got.headers["Content-Type"].partition(";")[0] == media or media == "*/*"
        if promise:
            schema = promise["schema"] | {"components": described["components"]}
            Draft202012Validator(schema).validate(got.json)

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that answers this."""
        bare = path.partition("?")[0]
        return next(
            (one for how, one in self.known if one.method == method and how.fullmatch(bare)), None
        )

    @cached_property
    def described(self) -> dict[str, Any]:
        """The OpenAPI document, made once: it is the same for every answer."""
        return document(self.server.operations)

    @cached_property
    def known(self) -> list[tuple[re.Pattern[str], Operation]]:
        """Every operation with the paths that it answers."""
        found = []
        for one in self.server.operations:
            pattern = re.sub(r"\{name:\.\+\}", ".+", one.path)
            found.append((re.compile(PATH_PART.sub(r"[A-Za-z0-9_-]+", pattern)), one))
        return found


def heard_parts(floor: Floor, records: Records) -> HeardParts:
    """What was heard, without an ear: who writes it down stands still."""
    book = HeardBook(floor)
    alarms = Alarms(floor, book, ("着火",))
    screens = HeardScreens(floor, book, alarms, None)
    desk = TranscriptDesk(floor, records, last_seq=book.last_seq, privacy_is=screens.privacy_is)
    words = WordSearch(floor.store, floor.clock)
    return HeardParts(transcripts=desk, words=words, alarms=alarms, screens=screens)


async def hummed(target: Path, _text: str) -> None:
    """A voice that reads everything at once, as a tone."""
    target.with_name(f"{target.name}.wav").write_bytes(wav())


@asynccontextmanager
async def web_world(
    folder: Path,
    *,
    limits: Limits | None = None,
    web: Web | None = None,
    sip_url: str = "ws://127.0.0.1:9/ws",
    pages: Pages | None = None,
    phone_secrets: PhoneSecrets | None = None,
    web_secret: str = SECRET,
    channels: Mapping[str, Channel] | None = None,
    inbox: Inbox | None = None,
    trunk: Trunk | None = None,
    emergencies: Callable[[Floor], EmergencyParts] | None = None,
    centres: Mapping[str, bytes] | None = None,
) -> AsyncIterator[WebWorld]:
    """Li and Wang take calls, Chen supervises, Guo administers, Shen audits."""
    trunk = trunk or Trunk(name="local")
    settings = Settings(
        web=web or Web(port=0),
        data_dir=folder,
        trunk=(trunk,),
        conduct=ConductSettings(most="suspend", law_zh="管理办法第二十九条"),
    )
    recordings_dir = folder / "recordings"
    recordings_dir.mkdir(exist_ok=True)
    health: dict[str, str] = {"store": "up", "phones": "up"}
    async with floor_world(folder) as floor:
        clock, store = floor.clock, floor.store
        hashed = CHEAP.hash(PASSWORD)
        for one in floor.operators.values():
            await store.record(replace(one, password_hash=hashed))
        hashing = Hashing(CHEAP)
        accounts = Accounts(store, clock, hashing=hashing)
        for login, name, role in (
            ("guo", "郭管理", Role.ADMIN),
            ("shen", "沈审计", Role.AUDITOR),
        ):
            await accounts.add(login, name, role, {}, PASSWORD)
        await floor.floor.reload_people()
        records = Records(store, clock, recordings_dir, floor.floor.barred)
        book = PlanBook(store, clock, PLAN_RULES, hashing=hashing)
        seating = Seating(floor.floor, floor.phones)
        admin = Admin(floor.floor, seating, PublisherPeer(), book, floor.desk.sign_out)
        media = MediaFolder(folder / "media")
        media.open()
        messages = Messages(
            settings,
            floor.floor,
            line=MemoryLine(),
            phones=floor.phones,
            seating=seating,
            records=records,
            keep=media,
            look=MediaLook(media, settings.media),
            uploads=Uploads(folder / "chat-uploads", clock, most_bytes=10**7, least_free_bytes=0),
        )
        experts = ExpertDesk(
            replace(settings, trunk=(Trunk(name="out", host="10.0.0.9"),)), floor.floor
        )
        await experts.open()
        conduct = await opened_conduct(settings, floor.desk, records, media)
        city = city_of(settings)

        def lines(directory: Directory) -> None:
            zone = ZoneInfo(settings.site.timezone)
            directory.add(GuestRole.DISPATCHER, EmergencyTargets(city, dict))
            directory.add(GuestRole.LINE, DirectoryTargets(city, dict, zone, clock))

        guests = GuestDesk(floor.floor, floor.desk, experts, lines)
        sounds = AnnouncementFolder(recordings_dir, hummed)
        modes = Modes(settings, floor.floor, guests.supervision, sounds)
        citizens = CitizensPeer(clock)
        uploads_dir, most = folder / "uploads", (limits or Limits()).upload_bytes
        board = Board(floor.floor, lambda: health)
        await modes.open(board)
        parts = WebParts(
            chats=messages.parts,
            citizens=CitizenParts(
                inbox=citizens,
                desk=citizens,
                uploads=Uploads(uploads_dir, clock, most_bytes=most, least_free_bytes=0),
                key=store.passwords.citizens,
                app_of=lambda key: APP_ACCOUNT if key == APP_KEY else "",
            ),
            accounts=accounts,
            records=records,
            audit=Audit(store, clock),
            marks=Marks(floor.floor, records),
            callbacks=Callbacks(floor.floor),
            dialler=opened_dialler(settings, floor.floor, floor.phones, seating),
            voicemails=VoicemailDesk(floor.floor, records),
            desk=floor.desk,
            board=board,
            hub=floor.floor.hub,
            drafts=Drafts(floor.floor),
            lifeline=Lifeline(floor.floor, floor.phones),
            clock=clock,
            phone_secrets=phone_secrets or store.passwords,
            queues=store.queues,
            numbers=lambda: [Number(did=one.did) for one in settings.number],
            admin=admin,
            health=lambda: health,
            wall_opens=WallLink(store.passwords, folder).opens,
            sip_url=sip_url,
            web_call_secret=web_secret,
            files=FileDesk(store, records, MediaFolder(folder / "media")),
            heard=heard_parts(floor.floor, records),
            channels=channels or {},
            inbox=inbox,
            experts=experts.parts(),
            guests=guests.parts(),
            emergencies=emergencies(floor.floor) if emergencies else None,
            incidents=modes.incidents,
            leaders=LeaderParts(days=modes.days, shadow=modes.shadow),
            conduct=conduct.parts(),
            centres=Centres(centres, store, clock) if centres else None,
        )
        pages = pages or Pages(settings, folder / "static", folder / "pages")
        async with AsyncExitStack() as closing:
            tasks = await closing.enter_async_context(asyncio.TaskGroup())
            closing.callback(tasks.create_task(admin.run()).cancel)
            opening = open_server(settings, parts, limits=limits, pages=pages)
            server = await closing.enter_async_context(opening)
            yield WebWorld(
                floor=floor,
                settings=settings,
                parts=parts,
                messages=messages,
                accounts=accounts,
                recordings_dir=recordings_dir,
                server=server,
                closing=closing,
                health=health,
                citizens=citizens,
                uploads_dir=uploads_dir,
            )
