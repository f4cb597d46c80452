"""The citizen's chat over plain requests: everything the page can do, also without a WebSocket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from channels.message import Inbound, Sender
from gateway.core.errors import Invalid, Problem, Throttled
from gateway.intake.throttling import From
from gateway.intake.views import moment
from gateway.web import chat_shapes
from gateway.web.citizen_door import CitizenDoor
from gateway.web.idempotency import key_of, taken_answer
from gateway.web.letters import MOST_FILES, kind_of_message
from gateway.web.operation import PUBLIC, Ask, Empty, Operation
from gateway.web.pace import Pace
from gateway.web.shape import Text, Texts, Whole
from gateway.web.uploaded import files_of, owner_of
from gateway.web.visits import Visit

ACCOUNT, SCHEME = "web:main", "web_session"
PATH = "/api/v1/chat"
FILES = f"{PATH}/attachments"
TEXT_MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginVisit:
    """``token``: an App keeps it and sends it as ``Authorization: Bearer``; pages have a cookie."""

    token: bool = False
    proof: Annotated[str, Text(0, 4096)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatText:
    """A message. ``files`` are uploads that are whole; names and types stand in the same order."""

    text: Annotated[str, Text(0, TEXT_MOST, lines=True)] = ""
    files: Annotated[tuple[str, ...], Texts(MOST_FILES, Text(32, 32))] = ()
    file_names: Annotated[tuple[str, ...], Texts(MOST_FILES, Text(0, 200))] = ()
    file_types: Annotated[tuple[str, ...], Texts(MOST_FILES, Text(0, 100))] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What the page has; ``conv`` is whose: of another conversation everything is new."""

    after: Annotated[int, Whole(0, 999_999_999)] = 0
    wait: Annotated[int, Whole(0, 25)] = 0
    conv: Annotated[str, Text(0, 64)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest message that the screen has shown."""

    seq: Annotated[int, Whole(0, 999_999_999)]


class ChatApi:
    """/api/v1/chat/*, but for its files and its WebSocket."""

    def __init__(self, door: CitizenDoor) -> None:
        self._parts = door.parts
        self._visitors = door.visitors
        self._puzzles = door.puzzles
        self._talks = door.talks
        self._clock = door.clock
        self._limits = limits = door.limits
        self._words = door.settings.intake.emergency_words
        a_second = limits.chat_messages_a_minute / 60
        self._pace = Pace(a_second=a_second, at_once=limits.chat_messages_at_once)
        self._urgent = Pace(a_second=1.0, at_once=30)

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        guard = self._visitors.guard
        return (
            _operation(
                "GET",
                "/puzzle",
                self.puzzle,
                "A proof-of-work puzzle; asked for only after proof-needed",
                "获取计算题（仅在需要证明时）",
                answer=chat_shapes.Puzzle,
            ),
            _operation(
                "POST",
                "/session",
                self.begin,
                "Begin or go on with an anonymous session",
                "开始匿名会话",
                body=BeginVisit,
                answer=chat_shapes.ChatVisit,
                problems=(429, 503),
                body_bytes=16 * 1024,
            ),
            _operation(
                "POST",
                "/messages",
                self.say,
                "Send a message; Idempotency-Key is the sender's own id of it",
                "发送消息（Idempotency-Key 为客户端消息编号）",
                body=ChatText,
                answer=chat_shapes.ChatTaken,
                status=201,
                also=(200,),
                guard=guard,
                problems=(401, 429, 503),
            ),
            _operation(
                "GET",
                "/events",
                self.events,
                "What is new after a number; waits up to 25 s for it",
                "拉取新消息（长轮询）",
                query=After,
                answer=chat_shapes.ChatEvents,
                guard=guard,
                problems=(401, 429, 503),
                answer_seconds=self._limits.chat_wait_seconds + 10,
            ),
            _operation(
                "POST",
                "/seen",
                self.seen,
                "The screen has shown everything up to a number",
                "已读回执",
                body=Seen,
                status=204,
                guard=guard,
                problems=(401, 503),
            ),
            _operation(
                "POST",
                "/leave",
                self.leave,
                "End the conversation; the session goes on",
                "结束会话",
                body=Empty,
                status=204,
                guard=guard,
                problems=(401, 503),
            ),
        )

    async def puzzle(self, ask: Ask) -> web.StreamResponse:
        """A new one."""
        del ask
        return web.json_response(self._puzzles.make())

    async def begin(self, ask: Ask) -> web.StreamResponse:
        """Know the visitor again, or let a new one in. Raises ProofNeeded, Throttled."""
        sent = ask.sent(BeginVisit)
        visit = await self._visitors.begin(ask, sent.proof)
        conv = await self._talks.of(ACCOUNT, SCHEME, visit.id)
        answer = web.json_response(
            {
                "token": self._visitors.token(visit) if sent.token else "",
                "expires_at": moment(visit.expires_at),
                "status": await self._talks.status(conv),
            }
        )
        if not sent.token:
            self._visitors.give(visit, answer)
        return answer

    async def say(self, ask: Ask) -> web.StreamResponse:
        """Record one message. Raises NoVisit, Throttled, Invalid, StoreUnavailable."""
        visit, sent, key = self._visitors.who(ask), ask.sent(ChatText), key_of(ask)
        self._count(visit, sent.text)
        files = await files_of(
            self._parts, owner_of(visit), sent.files, sent.file_names, sent.file_types
        )
        if not sent.text.strip() and not files:
            zh, en = "请写点内容或附上文件。", "Write something or add a file."
            raise Invalid(Problem("/text", "empty", zh, en))
        now = self._clock.now()
        taken = await self._parts.inbox.accept_one(
            ACCOUNT,
            Inbound(
                key=f"{owner_of(visit)}:{key}",
                sender=Sender(scheme=SCHEME, value=visit.id),
                kind=kind_of_message(files),
                sent_at=now,
                text=sent.text,
                media=tuple(one.media() for one in files),
                provider_id=key,
            ),
            origin=From(address=ask.address),
        )
        answer = taken_answer(taken)
        self._visitors.refresh(visit, answer)
        return answer

    async def events(self, ask: Ask) -> web.StreamResponse:
        """What is new, at once or as soon as there is something."""
        visit, sent = self._visitors.who(ask), ask.sent(After)
        conv = await self._talks.of(ACCOUNT, SCHEME, visit.id)
        after = sent.after if sent.conv in ("", conv) else 0
        with self._talks.waiting(visit.id, ask.address):
            answer = web.json_response(
                await self._talks.events(conv, after, float(sent.wait), FILES)
            )
        self._visitors.refresh(visit, answer)
        return answer

    async def seen(self, ask: Ask) -> web.StreamResponse:
        """Note it; without a conversation there is nothing to note."""
        conv = await self._talks.of(ACCOUNT, SCHEME, self._visitors.who(ask).id)
        if conv:
            await self._parts.desk.seen(conv, ask.sent(Seen).seq)
        return web.Response(status=204)

    async def leave(self, ask: Ask) -> web.StreamResponse:
        """End it; nothing to end is no error."""
        conv = await self._talks.of(ACCOUNT, SCHEME, self._visitors.who(ask).id)
        if conv:
            await self._parts.desk.leave(conv)
        return web.Response(status=204)

    def _count(self, visit: Visit, text: str) -> None:
        """An emergency is never throttled; a flood of such words still is, later."""
        pace = self._urgent if any(word in text for word in self._words) else self._pace
        wait = pace.wait_seconds(visit.id, self._clock.monotonic())
        if wait > 0:
            raise Throttled(wait)


def _operation(
    method: str, path: str, handler: object, summary: str, summary_zh: str, **more: object
) -> Operation:
    return Operation(
        method=method,
        path=PATH + path,
        policy=PUBLIC,
        handler=handler,  # type: ignore[arg-type]
        summary=summary,
        summary_zh=summary_zh,
        tag="chat",
        from_apps=True,
        **more,  # type: ignore[arg-type]
    )
