"""The city's App and mini-programs: messages of their users, over REST, with a key each.

A program of ours calls, not a browser: the key is the guard (RFC 6750), and an Idempotency-Key
makes a request that is sent again one message.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Any

from aiohttp import web

from channels.message import Datum, Inbound, Location, Sender
from gateway.core.errors import HotlineError, Invalid, Problem, Throttled, Unknown
from gateway.intake.accounts import NotLoggedIn
from gateway.intake.throttling import From, Source
from gateway.web import chat_shapes
from gateway.web.body import WrongMedia
from gateway.web.chat_files import shown_file
from gateway.web.citizen_door import CitizenDoor
from gateway.web.idempotency import HEADER, key_of, taken_answer
from gateway.web.letters import MOST_FILES, kind_of_message
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.pace import Pace
from gateway.web.shape import Real, Text, Texts, Whole
from gateway.web.tus_api import TusApi, pieces
from gateway.web.uploaded import files_of, hashed

PATH = "/api/v1/app"
SCHEME = "app_uid"
MOST_REMEMBERED = 20_000


class UnknownKey(NotLoggedIn):
    """No API key, or one that opens nothing."""

    code = "api-key"


class KeyUsedOtherwise(Invalid):
    """The same Idempotency-Key with another body."""

    code = "key-used-otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppMessage:
    """What a user of the App wrote. ``user_id`` is the App's own; a place has both coordinates."""

    user_id: Annotated[str, Text(1, 128)]
    user_name: Annotated[str, Text(0, 60)] = ""
    text: Annotated[str, Text(0, 4000, lines=True)] = ""
    urgent: bool = False
    latitude: Annotated[float | None, Real(-90, 90)] = None
    longitude: Annotated[float | None, Real(-180, 180)] = None
    datum: Datum = Datum.UNKNOWN
    accuracy_m: Annotated[float, Real(0, 100_000)] = 0.0
    address: Annotated[str, Text(0, 200)] = ""
    files: Annotated[tuple[str, ...], Texts(MOST_FILES, Text(32, 32))] = ()
    file_names: Annotated[tuple[str, ...], Texts(MOST_FILES, Text(0, 200))] = ()
    file_types: Annotated[tuple[str, ...], Texts(MOST_FILES, Text(0, 100))] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppAfter:
    """What the App has, and how long to wait for more."""

    after: Annotated[int, Whole(0, 999_999_999)] = 0
    wait: Annotated[int, Whole(0, 25)] = 0


class AppApi:
    """/api/v1/app/*."""

    def __init__(self, door: CitizenDoor) -> None:
        self._parts = door.parts
        self._talks = door.talks
        self._clock = door.clock
        self._limits = limits = door.limits
        self._posts = Pace(a_second=limits.app_posts_a_second, at_once=limits.app_posts_at_once)
        self._reads = Pace(a_second=limits.app_reads_a_second, at_once=limits.app_reads_at_once)
        self._bodies: OrderedDict[str, bytes] = OrderedDict()

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        flags: dict[str, Any] = {"from_servers": True, "guard": self._guard}
        tus = TusApi(
            f"{PATH}/uploads", "app", self._owner, self._parts.uploads, self._limits, flags
        )
        return (
            Operation(
                method="POST",
                path=f"{PATH}/messages",
                policy=PUBLIC,
                handler=self.say,
                summary="A user's message; the same key and body again is the same message",
                summary_zh="提交用户消息（幂等）",
                tag="app",
                body=AppMessage,
                headers=(HEADER,),
                answer=chat_shapes.ChatTaken,
                status=201,
                also=(200,),
                problems=(401, 429, 503),
                **flags,
            ),
            Operation(
                method="GET",
                path=f"{PATH}/contacts/{{id}}",
                policy=PUBLIC,
                handler=self.status,
                summary="How a conversation stands",
                summary_zh="会话状态",
                tag="app",
                answer=chat_shapes.ChatStatus,
                problems=(401, 404, 429, 503),
                **flags,
            ),
            Operation(
                method="GET",
                path=f"{PATH}/contacts/{{id}}/messages",
                policy=PUBLIC,
                handler=self.messages,
                summary="What is new in it after a number; waits up to 25 s",
                summary_zh="拉取会话消息",
                tag="app",
                query=AppAfter,
                answer=chat_shapes.ChatEvents,
                problems=(401, 404, 429, 503),
                answer_seconds=self._limits.chat_wait_seconds + 10,
                **flags,
            ),
            Operation(
                method="GET",
                path=f"{PATH}/contacts/{{id}}/files/{{file}}",
                policy=PUBLIC,
                handler=self.show,
                summary="What may be shown of a file of it",
                summary_zh="会话附件",
                tag="app",
                media="*/*",
                problems=(401, 404, 429, 503),
                **flags,
            ),
            Operation(
                method="POST",
                path=f"{PATH}/files",
                policy=PUBLIC,
                handler=self.file,
                summary="A file of at most 10 MB, as the body; longer ones by tus",
                summary_zh="上传文件（10 MB 以内）",
                tag="app",
                raw="application/octet-stream",
                answer=chat_shapes.FileTaken,
                status=201,
                problems=(401, 408, 413, 415, 422, 429, 503),
                answer_seconds=self._limits.upload_seconds,
                **flags,
            ),
            *tus.operations(),
        )

    async def say(self, ask: Ask) -> web.StreamResponse:
        """Record it once. Raises UnknownKey, Throttled, Invalid, KeyUsedOtherwise."""
        account, sent, key = self._account(ask, self._posts), ask.sent(AppMessage), key_of(ask)
        files = await files_of(
            self._parts, self._owner_of(account), sent.files, sent.file_names, sent.file_types
        )
        place = _place(sent)
        if not sent.text.strip() and not files and place is None:
            zh, en = "请提供 text、files 或经纬度。", "Give a text, files or a place."
            raise Invalid(Problem("/text", "empty", zh, en))
        self._same_body(account, key, hashlib.sha256(repr(sent).encode()).digest())
        taken = await self._parts.inbox.accept_one(
            account,
            Inbound(
                key=key,
                sender=Sender(scheme=SCHEME, value=sent.user_id, name=sent.user_name),
                kind=kind_of_message(files, located=place is not None and not sent.text),
                sent_at=self._clock.now(),
                text=sent.text,
                media=tuple(one.media() for one in files),
                location=place,
                fields={"urgent": "yes"} if sent.urgent else {},
                provider_id=key,
            ),
            origin=From(address=ask.address, source=Source.PLATFORM),
        )
        if not taken.new:
            await self._same_message(taken.contact_id, taken.seq, sent)
        return taken_answer(taken)

    async def status(self, ask: Ask) -> web.StreamResponse:
        """How it stands. Raises UnknownKey, Unknown."""
        return web.json_response(await self._talks.status(await self._theirs(ask)))

    async def messages(self, ask: Ask) -> web.StreamResponse:
        """What is new. Raises UnknownKey, Unknown, Throttled."""
        conv, sent = await self._theirs(ask), ask.sent(AppAfter)
        with self._talks.waiting(conv, ask.address):
            files = f"{PATH}/contacts/{conv}/files"
            found = await self._talks.events(conv, sent.after, float(sent.wait), files)
            return web.json_response(found)

    async def show(self, ask: Ask) -> web.StreamResponse:
        """A file of it. Raises UnknownKey, Unknown."""
        return await shown_file(self._parts.desk, await self._theirs(ask), ask.part("file"))

    async def file(self, ask: Ask) -> web.StreamResponse:
        """Take a file whose length is known. Raises UnknownKey, WrongMedia, Invalid."""
        account, request = self._account(ask, self._posts), ask.request
        if request.headers.get("Content-Encoding"):
            raise WrongMedia
        size, most = request.content_length or 0, self._limits.app_file_bytes
        if size > most:
            raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=size)
        if size <= 0:
            zh, en = "请求头 Content-Length 必填。", "The header Content-Length is needed."
            raise Invalid(Problem("", "length", zh, en))
        owner = self._owner_of(account)
        upload = await self._parts.uploads.begin(owner, size)
        upload = await self._parts.uploads.append(owner, upload.id, 0, pieces(request))
        return web.json_response({"id": upload.id, "size_bytes": size}, status=201)

    async def _theirs(self, ask: Ask) -> str:
        account, conv = self._account(ask, self._reads), ask.part("id")
        if len(conv) > 64 or await self._parts.desk.account_of(conv) != account:
            raise Unknown("contact", "")
        return conv

    def _account(self, ask: Ask, pace: Pace) -> str:
        """Whose key it is. Raises UnknownKey, and Throttled when it asks too often."""
        account = self._guard(ask.request)
        wait = pace.wait_seconds(account, self._clock.monotonic())
        if wait > 0:
            raise Throttled(wait)
        return account

    def _guard(self, request: web.Request) -> str:
        """The account that the key opens. Raises UnknownKey."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        account = self._parts.app_of(key.strip()) if scheme.lower() == "bearer" else ""
        if not account:
            raise UnknownKey("key")
        return account

    def _owner(self, ask: Ask) -> str:
        return self._owner_of(self._account(ask, self._posts))

    def _owner_of(self, account: str) -> str:
        return hashed(f"app|{account}")

    def _same_body(self, account: str, key: str, body: bytes) -> None:
        """Raise KeyUsedOtherwise when this key came with another body lately."""
        known = self._bodies.setdefault(f"{account}|{key}", body)
        if known != body:
            raise KeyUsedOtherwise(_OTHER)
        while len(self._bodies) > MOST_REMEMBERED:
            self._bodies.popitem(last=False)

    async def _same_message(self, conv: str, seq: int, sent: AppMessage) -> None:
        """The same after a restart, by what is recorded."""
        try:
            found = await self._parts.desk.messages(conv, seq - 1, 1)
        except HotlineError:
            return
        if found and (found[0]["text"] != sent.text or len(found[0]["files"]) != len(sent.files)):
            raise KeyUsedOtherwise(_OTHER)


_OTHER = Problem(
    "",
    "key-used-otherwise",
    "这个 Idempotency-Key 已用于另一内容。",
    "This Idempotency-Key was used with another body.",
)


def _place(sent: AppMessage) -> Location | None:
    """Where it is. Raises Invalid with one coordinate only."""
    if (sent.latitude is None) != (sent.longitude is None):
        zh, en = "经纬度要一起给出。", "Latitude and longitude come together."
        raise Invalid(Problem("/latitude", "half-a-place", zh, en))
    if sent.latitude is None or sent.longitude is None:
        return None
    return Location(
        latitude=sent.latitude,
        longitude=sent.longitude,
        datum=sent.datum,
        accuracy_m=sent.accuracy_m,
        address=sent.address,
    )
