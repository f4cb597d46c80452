"""What an operator does with a conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import unquote

from aiohttp import web

from gateway.core.operator import Operator, Right
from gateway.intake.accounts import fingerprint
from gateway.intake.chat_views import attachment_view
from gateway.intake.sending_files import MOST_BYTES
from gateway.intake.views import disposition_view
from gateway.web import shapes, talk_shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Empty, Handler, Operation
from gateway.web.shape import CONTROL, Text, Texts, Whole
from gateway.web.uses import WebParts

PAGE = 100
ATTACH_SECONDS = 60.0
PIECE_BYTES = 64 * 1024
NAME_HEADER = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Messages after ``after``."""

    after: Annotated[int, Whole(0, 10_000_000)] = 0
    limit: Annotated[int, Whole(1, 200)] = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A message to the citizen, or a ``note``; ``client_key`` is its sender's own id for it."""

    client_key: Annotated[str, Text(1, 64)]
    text: Annotated[str, Text(0, 4000, lines=True)] = ""
    note: bool = False
    files: Annotated[tuple[str, ...], Texts(9, Text(1, 64))] = ()
    reply_to: Annotated[str, Text(0, 64)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The screen has shown everything up to this message."""

    seq: Annotated[int, Whole(0, 10_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """To a queue or to a colleague, one of them."""

    queue: Annotated[str, Text(0, 64)] = ""
    operator_id: Annotated[str, Text(0, 64)] = ""
    note: Annotated[str, Text(0, 4000, lines=True)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatClosing:
    """How it was dealt with; ``code`` is a disposition's."""

    code: Annotated[str, Text(1, 32)]
    note: Annotated[str, Text(0, 4000, lines=True)] = ""


class ChatsApi:
    """/api/v1/chats."""

    def __init__(self, parts: WebParts) -> None:
        self._desk = parts.chats

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        talks = self._desk.talks
        return (
            *self._looks(),
            self._command("accept", talks.accept, "Have what is offered", "接入会话"),
            self._command("decline", talks.decline, "Refuse the offer", "拒绝派接"),
            self._command("release", talks.release, "Give it back into the line", "放回队列"),
            self._post("shown", self.shown, Shown, "The screen shows it", "消息已显示"),
            self._post(
                "transfer", self.transfer, Transfer, "Hand it to a queue or a colleague", "转交会话"
            ),
            Operation(
                method="POST",
                path=f"/api/v1/chats/{CONTACT}/close",
                policy=Right.TAKE_CALLS,
                handler=self.close,
                summary="End it, and write down how it was dealt with",
                summary_zh="结束会话并填写处理结果",
                tag="chats",
                body=ChatClosing,
                answer=shapes.Disposition,
                problems=(404, 409, 503),
            ),
            Operation(
                method="POST",
                path=f"/api/v1/chats/{CONTACT}/messages",
                policy=Right.TAKE_CALLS,
                handler=self.say,
                summary="Say something to the citizen, or note it; said twice it is said once",
                summary_zh="回复市民或写内部备注（重复提交只算一次）",
                tag="chats",
                body=Say,
                answer=talk_shapes.OperatorMessage,
                status=201,
                also=(200,),
                problems=(404, 409, 503),
            ),
            Operation(
                method="POST",
                path=f"/api/v1/chats/{CONTACT}/files",
                policy=Right.TAKE_CALLS,
                handler=self.attach,
                summary="Attach a file: its bytes; X-File-Name is its name, percent-encoded",
                summary_zh="上传要发送的文件（请求体即文件，文件名在 X-File-Name，百分号编码）",
                tag="chats",
                answer=talk_shapes.MessageFile,
                status=201,
                answer_seconds=ATTACH_SECONDS,
                problems=(404, 409, 413, 422, 429, 503),
            ),
        )

    def _looks(self) -> tuple[Operation, ...]:
        return (
            Operation(
                method="GET",
                path=f"/api/v1/chats/{CONTACT}",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.chat,
                summary="One conversation: one's own, a waiting one, or an earlier of its citizen",
                summary_zh="单个会话",
                tag="chats",
                answer=talk_shapes.OperatorChat,
                problems=(404, 503),
            ),
            Operation(
                method="GET",
                path=f"/api/v1/chats/{CONTACT}/messages",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.messages,
                summary="Its messages in order; another's are noted",
                summary_zh="会话消息（查看他人会话记入审计）",
                tag="chats",
                query=Page,
                answer=talk_shapes.OperatorMessages,
                problems=(404, 503),
            ),
        )

    def _command(
        self,
        name: str,
        act: Callable[[Operator, str], Awaitable[object]],
        summary: str,
        summary_zh: str,
    ) -> Operation:
        return self._post(name, _answering(act), Empty, summary, summary_zh)

    def _post(
        self, name: str, handler: Handler, body: type[Any], summary: str, summary_zh: str
    ) -> Operation:
        return Operation(
            method="POST",
            path=f"/api/v1/chats/{CONTACT}/{name}",
            policy=Right.TAKE_CALLS,
            handler=handler,
            summary=summary,
            summary_zh=summary_zh,
            tag="chats",
            body=body,
            status=204,
            problems=(404, 409, 503),
        )

    async def chat(self, ask: Ask) -> web.StreamResponse:
        """单个会话."""
        session = fingerprint(ask.token)
        return web.json_response(
            await self._desk.looks.chat(ask.operator, ask.part("contact_id"), session)
        )

    async def messages(self, ask: Ask) -> web.StreamResponse:
        """会话消息."""
        page, id_ = ask.sent(Page), ask.part("contact_id")
        session = fingerprint(ask.token)
        return web.json_response(
            await self._desk.looks.messages(
                ask.operator, id_, session, after_seq=page.after, limit=page.limit
            )
        )

    async def shown(self, ask: Ask) -> web.StreamResponse:
        """消息已显示."""
        await self._desk.words.shown(ask.operator, ask.part("contact_id"), ask.sent(Shown).seq)
        return web.Response(status=204)

    async def transfer(self, ask: Ask) -> web.StreamResponse:
        """转交."""
        sent = ask.sent(Transfer)
        await self._desk.talks.transfer(
            ask.operator,
            ask.part("contact_id"),
            queue=sent.queue,
            operator_id=sent.operator_id,
            note=sent.note,
        )
        return web.Response(status=204)

    async def close(self, ask: Ask) -> web.StreamResponse:
        """结束."""
        sent = ask.sent(ChatClosing)
        made = await self._desk.talks.close(
            ask.operator, ask.part("contact_id"), sent.code, sent.note
        )
        return web.json_response(disposition_view(made))

    async def attach(self, ask: Ask) -> web.StreamResponse:
        """上传文件."""
        request = ask.request
        if (request.content_length or 0) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
        name = name_of(unquote(request.headers.get("X-File-Name", "")[:NAME_HEADER]))
        made = await self._desk.files.take(
            ask.operator, ask.part("contact_id"), name, request.content.iter_chunked(PIECE_BYTES)
        )
        return web.json_response(attachment_view(made), status=201)

    async def say(self, ask: Ask) -> web.StreamResponse:
        """回复或备注."""
        sent, id_ = ask.sent(Say), ask.part("contact_id")
        words = self._desk.words
        if sent.note:
            message, new = await words.note(ask.operator, id_, sent.client_key, sent.text)
        else:
            message, new = await words.say(
                ask.operator,
                id_,
                sent.client_key,
                sent.text,
                files=sent.files,
                reply_to=sent.reply_to,
            )
        view = await self._desk.looks.message(message)
        return web.json_response(view, status=201 if new else 200)


def name_of(sent: str) -> str:
    """A file's name as it is shown: no folders, nothing that cannot be seen."""
    bare = CONTROL.sub("", sent.replace("\\", "/").rpartition("/")[2]).strip()
    return bare[-120:] or "file"


def _answering(act: Callable[[Operator, str], Awaitable[object]]) -> Handler:
    async def command(ask: Ask) -> web.StreamResponse:
        await act(ask.operator, ask.part("contact_id"))
        return web.Response(status=204)

    return command
