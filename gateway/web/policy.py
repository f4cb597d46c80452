"""Who may ask what. Deny is the default: a route that did not come through here stops the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from aiohttp import web

from gateway.core.errors import NotAllowed, Unavailable
from gateway.core.operator import Operator, may
from gateway.intake.accounts import Accounts, NotLoggedIn
from gateway.web.addresses import Network, counted_address
from gateway.web.body import read_body, read_query
from gateway.web.deadlines import Deadlines
from gateway.web.limits import Limits
from gateway.web.operation import Ask, Open, Operation
from gateway.web.origins import SAFE_METHODS, Origins
from gateway.web.problems import ForeignOrigin, PasswordChangeRequired
from gateway.web.sessions import Cookie

NOT_LOGGED_IN_CLOSE = 4001
LOOKS = 16
"""An answer that takes too long is given up by a sixteenth of its time too late at most."""


class RouteWithoutPolicy(Exception):
    """A route of the server has no policy; it must not start."""


class Restarting(Unavailable):
    """The gateway is on its way out; the next one will answer."""

    code = "restarting"


class Gate:
    """Every request passes here before its handler; ``closed`` turns new ones away.

    ``barred``: whether a contact does not exist for a person (``Floor.barred``).
    """

    def __init__(  # noqa: PLR0917 - whom it asks, in the order of asking
        self,
        accounts: Accounts,
        cookie: Cookie,
        origins: Origins,
        proxies: tuple[Network, ...],
        limits: Limits,
        barred: Callable[[str, str], bool],
    ) -> None:
        self._accounts = accounts
        self._cookie = cookie
        self._origins = origins
        self._proxies = proxies
        self._limits = limits
        self._barred = barred
        self._deadlines = Deadlines(limits.answer_seconds / LOOKS)
        self.closed = False

    def add(self, app: web.Application, operation: Operation) -> None:
        """The only way in for a route."""
        app.router.add_route(operation.method, operation.path, partial(self._answer, operation))

    def check(self, app: web.Application) -> None:
        """Raise RouteWithoutPolicy unless every route came through ``add``."""
        for route in app.router.routes():
            handler = route.handler
            if not isinstance(handler, partial) or handler.func != self._answer:
                raise RouteWithoutPolicy(f"{route.method} {route.resource}")

    async def _answer(self, operation: Operation, request: web.Request) -> web.StreamResponse:
        if self.closed:
            raise Restarting("closed")
        self._check_origin(operation, request)
        if operation.guard is not None:
            operation.guard(request)
        try:
            person = await self._check_right(operation, request)
        except NotLoggedIn:
            if operation.socket and request.headers.get("Upgrade", "").lower() == "websocket":
                return await _close_unknown(request)
            raise
        fields: object = None
        if operation.body is not None:
            most = operation.body_bytes
            whole = request.clone(client_max_size=most) if most else request
            fields = await read_body(whole, operation.body, self._limits.body_seconds)
        elif operation.query is not None:
            fields = read_query(request, operation.query)
        ask = Ask(
            request=request,
            address=self.address(request),
            token=self._cookie.token(request),
            person=person,
            fields=fields,
            hides=partial(self._barred, person.id if person else ""),
        )
        if operation.socket:
            return await operation.handler(ask)
        try:
            with self._deadlines.within(operation.answer_seconds or self._limits.answer_seconds):
                answer = await operation.handler(ask)
        except TimeoutError:
            raise Unavailable("slow") from None
        if operation.personal:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    def address(self, request: web.Request) -> str:
        """Whom to count this request for."""
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
        return counted_address(request.remote or "", forwarded, self._proxies)

    def _check_origin(self, operation: Operation, request: web.Request) -> None:
        if operation.from_servers or (operation.from_apps and "Authorization" in request.headers):
            return
        origin, host = request.headers.get("Origin"), request.headers.get("Host", "")
        if operation.socket:
            if not self._origins.ours(origin, host):
                raise ForeignOrigin("origin")
        elif operation.method not in SAFE_METHODS:
            fetch_site = request.headers.get("Sec-Fetch-Site")
            if not self._origins.may_change(fetch_site, origin, host):
                raise ForeignOrigin("origin")

    async def _check_right(self, operation: Operation, request: web.Request) -> Operator | None:
        if isinstance(operation.policy, Open):
            return None
        if operation.bearer is not None and (token := _bearer(request)):
            if operation.bearer(token):
                return None
            raise NotLoggedIn("bearer")
        person = await self._accounts.who(self._cookie.token(request))
        if person.must_change_password and not operation.before_password_change:
            raise PasswordChangeRequired("password")
        if not may(person.role, operation.policy):
            raise NotAllowed(operation.policy.value)
        return person


def _bearer(request: web.Request) -> str:
    """The token of RFC 6750 section 2.1, empty when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _close_unknown(request: web.Request) -> web.StreamResponse:
    """A browser cannot read the status of a refused handshake, but it can read a close code."""
    socket = web.WebSocketResponse(timeout=2.0)
    await socket.prepare(request)
    await socket.close(code=NOT_LOGGED_IN_CLOSE, message=b"not-logged-in")
    return socket
