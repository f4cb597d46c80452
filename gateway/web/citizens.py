"""The citizens' part of the web, composed: pages, chat, uploads, and the Apps' interface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from config.settings import Settings
from gateway.ports import Clock
from gateway.web.app_api import AppApi
from gateway.web.chat_api import PATH, ChatApi
from gateway.web.chat_envelopes import Conversations
from gateway.web.chat_files import ChatFiles
from gateway.web.chat_live import ChatLive
from gateway.web.citizen_door import CitizenDoor
from gateway.web.citizen_uses import CitizenParts
from gateway.web.form_page import FormPage
from gateway.web.limits import Limits
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.paper import Paper
from gateway.web.puzzles import Puzzles
from gateway.web.receipt_page import ReceiptPage
from gateway.web.sockets import Sockets
from gateway.web.tus_api import TusApi
from gateway.web.uploaded import owner_of
from gateway.web.visitors import Visitors, cookie_of
from gateway.web.visits import Visits


class Area(Protocol):
    """Something that can be asked."""

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked there."""
        ...


def citizen_areas(
    settings: Settings,
    parts: CitizenParts,
    *,
    paper: Paper,
    sockets: Sockets,
    clock: Clock,
    limits: Limits,
    secure: bool,
) -> Sequence[Area]:
    """Every area; ``secure``: cookies travel by https only."""
    puzzles = Puzzles(parts.key("puzzle"), clock)
    visitors = Visitors(Visits(parts.key), cookie_of(secure=secure), puzzles, clock, limits)
    door = CitizenDoor(
        settings=settings,
        parts=parts,
        visitors=visitors,
        puzzles=puzzles,
        talks=Conversations(parts.desk, clock, limits),
        sockets=sockets,
        clock=clock,
        limits=limits,
    )
    uploads = TusApi(
        f"{PATH}/files",
        "chat",
        lambda ask: owner_of(visitors.who(ask)),
        parts.uploads,
        limits,
        {"from_apps": True, "guard": visitors.guard},
    )
    return (
        ChatPage(paper),
        FormPage(door, paper),
        ReceiptPage(door, paper),
        ChatApi(door),
        ChatLive(door),
        ChatFiles(door),
        uploads,
        AppApi(door),
    )


class ChatPage:
    """/chat: an empty shell that a script fills; without one it says what else there is."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/chat",
                policy=PUBLIC,
                handler=self.show,
                summary="The chat's page; what it shows comes from /api/v1/chat",
                summary_zh="在线咨询页面",
                tag="pages",
                media="text/html",
                problems=(503,),
                personal=False,
            ),
        )

    async def show(self, ask: Ask) -> web.StreamResponse:
        """The page."""
        return self._paper.page(ask.request, "chat.html")
