"""Marks on the number of a contact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web

from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.errors import Unknown
from gateway.core.operator import Right
from gateway.intake.marks import MOST_DAYS, NOTE_CHARACTERS
from gateway.intake.views import flag_view
from gateway.web import shapes
from gateway.web.calls_api import CONTACT
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text, Whole
from gateway.web.uses import WebParts

KIND = "{kind:[a-z]{1,16}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What is known of the caller; it holds for ``days``, 0 until it is taken back."""

    kind: FlagKind
    note: Annotated[str, Text(0, NOTE_CHARACTERS)] = ""
    days: Annotated[int, Whole(0, MOST_DAYS)] = 0


class FlagsApi:
    """/api/v1/contacts/{contact_id}/flags."""

    def __init__(self, parts: WebParts) -> None:
        self._marks = parts.marks

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        path = f"/api/v1/contacts/{CONTACT}/flags"
        return (
            Operation(
                method="POST",
                path=path,
                policy=Right.FLAG_NUMBER,
                handler=self.mark,
                summary="Mark the caller's number; one mark of each kind",
                summary_zh="标记来电号码（每种一个，重复标记以新的为准）",
                tag="contacts",
                body=Marking,
                answer=list[shapes.Flag],
                problems=(404, 503),
            ),
            Operation(
                method="DELETE",
                path=f"{path}/{KIND}",
                policy=Right.FLAG_NUMBER,
                handler=self.unmark,
                summary="Take a mark back",
                summary_zh="取消标记",
                tag="contacts",
                answer=list[shapes.Flag],
                problems=(404, 422, 503),
            ),
        )

    async def mark(self, ask: Ask) -> web.StreamResponse:
        """标记."""
        sent = ask.sent(Marking)
        flags = await self._marks.mark(
            ask.operator, ask.part("contact_id"), sent.kind, sent.note, sent.days
        )
        return _answer(flags)

    async def unmark(self, ask: Ask) -> web.StreamResponse:
        """取消标记."""
        kind = ask.part("kind")
        if kind not in {one.value for one in FlagKind}:
            raise Unknown("flag", kind)
        flags = await self._marks.unmark(ask.operator, ask.part("contact_id"), FlagKind(kind))
        return _answer(flags)


def _answer(flags: Iterable[CallerFlag]) -> web.Response:
    return web.json_response([flag_view(flag) for flag in flags])
