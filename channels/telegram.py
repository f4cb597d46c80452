"""Telegram bots (https://core.telegram.org/bots/api), through python-telegram-bot.

Off unless somebody wants it: the Bot API stands outside the mainland, so what citizens write leaves
it (Personal Information Protection Law, article 36: what state organs process is kept inside).
``abroad = "accepted"`` says that this was examined. python-telegram-bot is LGPL-3.0, installed by
``./hotline channel install telegram`` only, and imported when a bot is opened. Updates are read by
ourselves (telegram_update); with its objects, reading is most of the work.
"""

from __future__ import annotations

import hmac
import logging
import os
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

from channels.channel import Caps, Channel
from channels.errors import (
    BadSettings,
    FetchFailed,
    Forged,
    HookRefused,
    RecipientGone,
    SendFailed,
    TryLater,
    Unreachable,
)
from channels.message import Finding, Kind, MediaRef, Outbound, OutFile, Received, Sent
from channels.message import WebhookRequest as Request
from channels.options import Options
from channels.telegram_check import HEADER, reached, signature
from channels.telegram_split import MOST_UNITS, split
from channels.telegram_update import ENVELOPES, read

TOKEN_FORM = r"[0-9]{5,20}:[A-Za-z0-9_-]{30,64}"  # noqa: S105 - the form of one
SECRET_FORM = "[A-Za-z0-9_-]{16,256}"  # noqa: S105 - the form of one
MOST_FILE_BYTES = 20 * 1024 * 1024
SECONDS = 20.0
MOST_UNDER_WAY = 1000
INSTALL = "./hotline channel install telegram"
CAPS = Caps(
    text_most=MOST_UNITS,
    sends=frozenset({Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.FILE}),
    hook_bytes=256 * 1024,
    scheme="tg_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The settings of one."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    base_url: str
    proxy: str

    @property
    def id(self) -> str:
        """Its number, which is no secret."""
        return self.token.partition(":")[0]


def open_account(name: str, options: Options) -> Channel:
    """``telegram:<name>``. Raises BadSettings when python-telegram-bot is not installed."""
    del name
    if options.text("abroad", default="") != "accepted":
        options.say(
            "abroad",
            "Telegram 的服务器在境外，市民所写内容会出境（《个人信息保护法》第三十六、三十八条）。"
            '完成评估后写 abroad = "accepted"',
            "Telegram's servers are outside the mainland and what citizens write leaves it (PIPL "
            'articles 36 and 38). Once that was examined, write abroad = "accepted"',
        )
    bot = Bot(
        token=options.secret("token_file", form=TOKEN_FORM),
        secret=options.secret("secret_file", form=SECRET_FORM),
        base_url=options.url("base_url", "https://api.telegram.org"),
        proxy=options.url("proxy", "", ("http", "https")),
    )
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's future way; it warns without
    try:
        import telegram  # noqa: PLC0415 - optional, see above
        import telegram.error  # noqa: PLC0415
        import telegram.request  # noqa: PLC0415
    except ImportError:
        options.say("kind", f"未安装，请执行 {INSTALL}", f"not installed: run {INSTALL}")
        raise BadSettings(*options.problems) from None
    return Telegram(bot, telegram)


class Telegram:
    """One bot."""

    kind = "telegram"
    caps = CAPS

    def __init__(self, bot: Bot, library: ModuleType) -> None:
        self._bot, self._library = bot, library
        self._under_way: OrderedDict[str, list[str]] = OrderedDict()
        self._requests: list[Any] = []
        self._api: Any = None

    async def __aenter__(self) -> Self:
        """Ready to send; nobody is asked anything yet."""
        for name in ("httpx", "httpcore", "telegram"):  # they log addresses, which hold the token
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        options: dict[str, Any] = {
            "connection_pool_size": 8,
            "read_timeout": SECONDS,
            "write_timeout": SECONDS,
            "connect_timeout": 5.0,
            "pool_timeout": SECONDS,
            "proxy": self._bot.proxy or None,
        }
        make = self._library.request.HTTPXRequest
        self._requests = [make(**options), make(**options)]
        self._api = self._library.Bot(
            self._bot.token,
            base_url=f"{self._bot.base_url}/bot",
            base_file_url=f"{self._bot.base_url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in self._requests:
            await one.shutdown()

    def receive(self, request: Request) -> Received:
        """An update that carries our own secret (``setWebhook``'s secret_token)."""
        given = request.headers.get(HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._bot.secret.encode()):
            raise Forged("secret-token")
        if request.method != "POST":
            raise HookRefused("method", 405)
        return Received(messages=(read(request.body, self._bot.id, request.received_at),))

    async def send(self, outbound: Outbound) -> Sent:
        """Text, then each file; a second try goes on where the first one broke off."""
        done = self._under_way.setdefault(outbound.key, [])
        self._under_way.move_to_end(outbound.key)
        while len(self._under_way) > MOST_UNDER_WAY:
            self._under_way.popitem(last=False)
        parts: list[str | OutFile] = [*split(outbound.text), *outbound.files]
        for part in parts[len(done) :]:
            done.append(await self._one(outbound, part))
        self._under_way.pop(outbound.key, None)
        return Sent(parts=tuple(done))

    async def _one(self, outbound: Outbound, part: str | OutFile) -> str:
        error = self._library.error
        try:
            to, reply = int(outbound.to), _number(outbound.reply_to)
            answered = {"reply_parameters": self._replying(reply)} if reply else {}
            if isinstance(part, str):
                sent = await self._api.send_message(to, part, **answered)
            else:
                sent = await self._file(to, part)
        except error.RetryAfter as wait:
            raise TryLater("429", _seconds(wait.retry_after)) from None
        except error.Forbidden:
            raise RecipientGone("403") from None
        except error.BadRequest as refused:
            gone = "chat not found" in refused.message.lower()
            raise (RecipientGone if gone else SendFailed)("400") from None
        except (error.InvalidToken, error.ChatMigrated) as refused:
            raise SendFailed(type(refused).__name__) from None
        except error.TelegramError as fault:  # the network, and what their server stumbles over
            raise Unreachable(type(fault).__name__) from None
        except (ValueError, OSError) as fault:
            raise SendFailed(type(fault).__name__) from None
        return str(sent.message_id)

    def _replying(self, message_id: int) -> object:
        make = self._library.ReplyParameters
        return make(message_id, allow_sending_without_reply=True)

    async def _file(self, to: int, file: OutFile) -> Any:
        """A photograph is shown, a voice played, anything else saved."""
        content = Path(file.path).read_bytes()  # noqa: ASYNC240 - one file of our own disk, capped
        named: dict[str, Any] = {"filename": file.name or "file"}
        if file.kind is Kind.IMAGE:
            return await self._api.send_photo(to, content, **named)
        if file.kind is Kind.VOICE and file.content_type in ("audio/ogg", "audio/mpeg"):
            return await self._api.send_voice(to, content, **named)
        if file.kind is Kind.VIDEO and file.content_type == "video/mp4":
            return await self._api.send_video(to, content, **named)
        return await self._api.send_document(to, content, **named)

    async def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """A file by its id; its address holds the bot's token and goes nowhere but to Telegram."""
        import httpx  # noqa: PLC0415 - comes with python-telegram-bot

        error = self._library.error
        most = min(most_bytes, MOST_FILE_BYTES)
        try:
            file = await self._api.get_file(media.ref)
            if (file.file_size or 0) > most:
                raise FetchFailed("too-large", again=False)
            url = str(file.file_path or "")
            if not url.startswith(f"{self._bot.base_url}/file/bot"):
                raise FetchFailed("not-there", again=False)
            read_bytes = 0
            async with (
                httpx.AsyncClient(
                    proxy=self._bot.proxy or None, timeout=SECONDS, trust_env=False
                ) as http,
                http.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer,
            ):
                if answer.status_code != 200:
                    again = answer.status_code >= 500 or answer.status_code == 429
                    raise FetchFailed(f"http-{answer.status_code}", again=again)
                async for piece in answer.aiter_raw():
                    read_bytes += len(piece)
                    if read_bytes > most:
                        raise FetchFailed("too-large", again=False)
                    yield piece
        except error.BadRequest:
            raise FetchFailed("400", again=False) from None
        except (error.TelegramError, httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            raise FetchFailed(type(fault).__name__, again=True) from None

    async def connect(self, hook_url: str) -> None:
        """Have updates delivered to ``hook_url``. Raises SendFailed."""
        try:
            await self._api.set_webhook(
                hook_url,
                secret_token=self._bot.secret,
                allowed_updates=list(ENVELOPES),
                max_connections=40,
            )
        except self._library.error.TelegramError as fault:
            raise SendFailed(type(fault).__name__) from None

    async def check(self) -> tuple[Finding, ...]:
        """Secret against itself, the bot's name, and where updates go."""
        library = f"python-telegram-bot {self._library.__version__}"
        return (
            Finding(name="library", good=True, zh=f"已安装 {library}", en=library),
            signature(self.receive, self._bot.secret),
            *await reached(self._api, self._library.error, self._bot.base_url),
        )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _seconds(after: Any) -> float:
    """A timedelta (or a number, from an older library) as seconds; an hour at most."""
    seconds = after.total_seconds() if hasattr(after, "total_seconds") else float(after)
    return min(max(seconds, 1.0), 3600.0)
