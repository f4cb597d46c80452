"""Logging in and out, and what the console needs to begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from config.settings import Settings
from gateway.core.operator import Operator, Right
from gateway.intake.accounts import fingerprint
from gateway.intake.views import me_view
from gateway.web import shapes
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.sessions import Cookie
from gateway.web.shape import Text
from gateway.web.sockets import Sockets
from gateway.web.uses import WebParts
from gateway.web.views import options_view

PASSWORD = Text(1, 256)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Who one is."""

    login: Annotated[str, Text(1, 64)]
    password: Annotated[str, PASSWORD]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """The password until now and from now on."""

    old: Annotated[str, PASSWORD]
    new: Annotated[str, PASSWORD]


class SessionApi:
    """/api/v1/session and /api/v1/options."""

    def __init__(
        self, settings: Settings, parts: WebParts, cookie: Cookie, sockets: Sockets
    ) -> None:
        self._settings = settings
        self._parts = parts
        self._cookie = cookie
        self._sockets = sockets

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        path = "/api/v1/session"
        return (
            Operation(
                method="POST",
                path=path,
                policy=PUBLIC,
                handler=self.log_in,
                summary="Log in",
                summary_zh="登录",
                tag="session",
                body=LogIn,
                answer=shapes.Me,
                problems=(401, 429),
            ),
            Operation(
                method="GET",
                path=path,
                policy=Right.SELF,
                handler=self.who,
                summary="Who I am",
                summary_zh="当前登录人",
                tag="session",
                answer=shapes.Me,
                before_password_change=True,
            ),
            Operation(
                method="DELETE",
                path=path,
                policy=PUBLIC,
                handler=self.log_out,
                summary="Log out; also without a session",
                summary_zh="退出登录",
                tag="session",
                status=204,
            ),
            Operation(
                method="POST",
                path=path + "/password",
                policy=Right.SELF,
                handler=self.change_password,
                summary="Change my password; every other session of mine ends",
                summary_zh="修改密码（其他登录同时失效）",
                tag="session",
                body=NewPassword,
                answer=shapes.Me,
                problems=(429,),
                before_password_change=True,
            ),
            Operation(
                method="GET",
                path="/api/v1/options",
                policy=Right.SELF,
                handler=self.options,
                summary="What there is to choose from",
                summary_zh="可选项",
                tag="session",
                answer=shapes.Options,
            ),
        )

    async def log_in(self, ask: Ask) -> web.StreamResponse:
        """A new session with a new token; the one before, if any, ends."""
        sent = ask.sent(LogIn)
        operator, token = await self._parts.accounts.log_in(sent.login, sent.password, ask.address)
        if ask.token:
            await self._parts.accounts.log_out(ask.token)
        return self._welcome(operator, token)

    async def who(self, ask: Ask) -> web.StreamResponse:
        """Me."""
        return web.json_response(me_view(ask.operator))

    async def log_out(self, ask: Ask) -> web.StreamResponse:
        """End the session, and at once every socket that it opened."""
        if ask.token:
            await self._parts.accounts.log_out(ask.token)
            await self._sockets.cut(fingerprint(ask.token))
        answer = web.Response(status=204)
        self._cookie.forget(answer)
        return answer

    async def change_password(self, ask: Ask) -> web.StreamResponse:
        """A new password and a new session."""
        sent, accounts = ask.sent(NewPassword), self._parts.accounts
        token = await accounts.change_password(ask.operator, sent.old, sent.new, ask.address)
        return self._welcome(await accounts.who(token), token)

    async def options(self, ask: Ask) -> web.StreamResponse:
        """Reasons, dispositions, queues, seats."""
        del ask
        names = await self._parts.accounts.names()
        queues, seats = await self._parts.queues(), self._parts.desk.seats()
        return web.json_response(options_view(self._settings, queues, seats, names))

    def _welcome(self, operator: Operator, token: str) -> web.Response:
        answer = web.json_response(me_view(operator))
        self._cookie.give(answer, token)
        return answer
