"""One thing that can be asked over HTTP, described once for router, policy and document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from aiohttp import web

from gateway.core.operator import Operator, Right
from gateway.intake.accounts import NotLoggedIn

T = TypeVar("T")


class Open(Enum):
    """A policy, not the lack of one."""

    PUBLIC = "public"


PUBLIC = Open.PUBLIC
Policy = Right | Open


@dataclass(frozen=True, slots=True)
class Empty:
    """The body ``{}``."""


NOBODYS = "0" * 32
"""No contact has this id: ids begin with the time."""


def _nothing(_id: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request that the policy let through. ``person`` is None for PUBLIC and for a token.

    ``hides``: whether an id is of something that is kept from this person.
    """

    request: web.Request
    address: str
    token: str
    person: Operator | None
    fields: object
    hides: Callable[[str], bool] = _nothing

    @property
    def operator(self) -> Operator:
        """Who asks. Raises NotLoggedIn."""
        if self.person is None:
            raise NotLoggedIn("ask")
        return self.person

    def sent(self, kind: type[T]) -> T:
        """The body or query, as the operation declares it."""
        if not isinstance(self.fields, kind):
            raise TypeError(kind.__name__)
        return self.fields

    def part(self, name: str) -> str:
        """A variable part of the path.

        What is kept from whoever asks (``core.staff_complaint``) is a name of nothing: the answer
        is that of what does not exist, whatever the operation.
        """
        value = self.request.match_info[name]
        return NOBODYS if self.hides(value) else value


Handler = Callable[[Ask], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Method, path, who may, what goes in, what comes out.

    ``answer`` is a TypedDict of gateway.web.shapes, a list of one, or None for no content;
    ``also`` are other statuses with the same answer. ``socket``: a WebSocket, which must come from
    our own pages. ``personal``: never cached. ``before_password_change``: also for one who must
    change their password first. ``from_servers``: no browser is expected, so no ``Origin`` is asked
    for; whoever sends proves itself to the handler. ``from_apps``: the same for requests with an
    ``Authorization`` header, which no page of another site can send. ``bearer`` lets in also
    whoever sends ``Authorization: Bearer`` with a token for which it is true; no person is asking
    then. ``body_bytes`` and ``answer_seconds`` stand in for the server's own limits, unless 0.
    ``guard`` is asked before anything is read and raises for whoever may not; it stands in for a
    login where people have none. ``headers`` are request headers that it needs, ``raw`` is the
    media type of a body that its handler reads itself.
    """

    method: str
    path: str
    policy: Policy
    handler: Handler
    summary: str
    summary_zh: str
    tag: str
    body: type[Any] | None = None
    query: type[Any] | None = None
    answer: Any = None
    status: int = 200
    also: tuple[int, ...] = ()
    media: str = "application/json"
    problems: tuple[int, ...] = ()
    socket: bool = False
    personal: bool = True
    before_password_change: bool = False
    from_servers: bool = False
    from_apps: bool = False
    headers: tuple[str, ...] = ()
    raw: str = ""
    guard: Callable[[web.Request], object] | None = None
    bearer: Callable[[str], bool] | None = None
    body_bytes: int = 0
    answer_seconds: float = 0.0
