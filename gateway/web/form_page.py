"""网上留言: a matter left by a form, which works without JavaScript, cookies, or a name."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from aiohttp import web

from channels.message import Inbound, Kind, Sender
from gateway.core.chat import ChatForm
from gateway.core.contact import receipt_number
from gateway.core.errors import HotlineError, Throttled, Unavailable, Unknown
from gateway.core.query_code import code_from, code_hash, shown
from gateway.intake.throttling import From
from gateway.web.chat_api import ACCOUNT
from gateway.web.citizen_door import CitizenDoor
from gateway.web.form_fields import FormValues, Wrong, problems_of, values_of
from gateway.web.form_tokens import FormToken, FormTokens
from gateway.web.letters import SentFile
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.paper import Paper
from gateway.web.photos import picture_type
from gateway.web.posted import Posted, PostedFile, read_posted
from gateway.web.puzzles import ProofNeeded
from gateway.web.uploaded import hashed

SCHEME = "web_form"
"""Each form is somebody of its own: two forms of one browser may be two people's."""
MOST_PHOTOS = 5
MOST_NAME = 200
RETRY_SECONDS = 5.0
STATUS = {"busy": 429, "proof": 429, "away": 503}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it came: what it says, the photos that are kept, and what is wrong with it."""

    token: FormToken
    values: FormValues
    photos: tuple[SentFile, ...]
    wrong: Mapping[str, Wrong]


class FormPage:
    """/form."""

    def __init__(self, door: CitizenDoor, paper: Paper) -> None:
        self._door = door
        self._paper = paper
        self._tokens = FormTokens(door.parts.key)
        self._under_way = 0

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/form",
                policy=PUBLIC,
                handler=self.show,
                summary="The form; works without JavaScript",
                summary_zh="网上留言表单",
                tag="pages",
                media="text/html",
                problems=(503,),
            ),
            Operation(
                method="POST",
                path="/form",
                policy=PUBLIC,
                handler=self.take,
                summary="Hand the form in; the answer is a receipt, or the form with its problems",
                summary_zh="提交留言",
                tag="pages",
                raw="multipart/form-data",
                media="text/html",
                also=(422, 429),
                problems=(400, 408, 413, 415, 503),
                answer_seconds=self._door.limits.form_seconds,
            ),
        )

    async def show(self, ask: Ask) -> web.StreamResponse:
        """An empty form."""
        return self._form(ask, FormValues(), (), {}, "")

    async def take(self, ask: Ask) -> web.StreamResponse:
        """A receipt, or the form again with everything that was filled in."""
        if self._under_way >= self._door.limits.forms_under_way:
            raise Throttled(RETRY_SECONDS)
        self._under_way += 1
        try:
            limits = self._door.limits
            posted = await read_posted(ask.request, limits.form_bytes, limits.form_seconds / 2)
        finally:
            self._under_way -= 1
        token = self._tokens.read(posted.one("form"), self._door.clock.now())
        if token is None or not token.fresh:
            return self._form(ask, values_of(posted.one), (), {}, "old")
        filled = await self._filled(posted, token)
        if filled.wrong or posted.one("again"):
            return self._form(
                ask, filled.values, filled.photos, filled.wrong, "", posted.one("form")
            )
        try:
            await self._door.visitors.pay(ask.address, posted.one("proof"))
            return await self._receipt(ask, filled)
        except HotlineError as error:
            return self._form(
                ask, filled.values, filled.photos, {}, _why(error), posted.one("form")
            )

    async def _receipt(self, ask: Ask, filled: Filled) -> web.StreamResponse:
        """Record it, then show number and code. The same form again is the same receipt."""
        token, values = filled.token, filled.values
        code = code_from(self._tokens.code_bytes(token.nonce))
        taken = await self._door.parts.inbox.accept_one(
            ACCOUNT,
            Inbound(
                key=f"form:{hashed(token.nonce)}",
                sender=Sender(scheme=SCHEME, value=token.nonce, name=values.name),
                kind=Kind.FORM,
                sent_at=self._door.clock.now(),
                text=values.matter,
                media=tuple(one.media() for one in filled.photos),
                fields=values.kept(),
            ),
            form=ChatForm.FORM,
            query_code_hash=code_hash(code),
            origin=From(address=ask.address),
        )
        intake = self._door.settings.intake
        return self._paper.page(
            ask.request,
            "form_done.html",
            number=receipt_number(taken.contact_id),
            code=shown(code),
            want_feedback=values.want_feedback,
            notice=(intake.notice_zh, intake.notice_en),
        )

    async def _filled(self, posted: Posted, token: FormToken) -> Filled:
        values = values_of(posted.one)
        wrong = dict(problems_of(values))
        owner = hashed(f"form|{token.nonce}")
        photos = list(await self._kept(owner, posted.every("kept"), posted.every("drop")))
        new = [one for one in posted.files if one.part == "photos"]
        if len(photos) + len(new) > MOST_PHOTOS:
            wrong["photos"] = Wrong(
                f"最多 {MOST_PHOTOS} 张照片。", f"At most {MOST_PHOTOS} photos."
            )
        for one in new[: max(0, MOST_PHOTOS - len(photos))]:
            kind = picture_type(one.data)
            if not kind:
                wrong["photos"] = Wrong(
                    "只能上传照片（JPG、PNG、HEIC 等）。其他内容请写在上面或拨打 12345。",
                    "Only photos can be added (JPG, PNG, HEIC and the like).",
                )
                continue
            photos.append(await self._keep(owner, one, kind))
        return Filled(token=token, values=values, photos=tuple(photos), wrong=wrong)

    async def _keep(self, owner: str, one: PostedFile, kind: str) -> SentFile:
        """A photo is kept at once: browsers forget chosen files when a form comes back."""
        uploads = self._door.parts.uploads
        upload = await uploads.begin(owner, len(one.data))
        await uploads.append(owner, upload.id, 0, _one_piece(one.data))
        return SentFile(
            id=upload.id, size_bytes=len(one.data), name=one.name[-MOST_NAME:], declared_type=kind
        )

    async def _kept(
        self, owner: str, kept: tuple[str, ...], dropped: tuple[str, ...]
    ) -> tuple[SentFile, ...]:
        """The photos that came with an earlier try: ``id type name`` in a hidden field."""
        photos = []
        for said in kept[:MOST_PHOTOS]:
            id_, _, rest = said.partition(" ")
            kind, _, name = rest.partition(" ")
            if id_ in dropped:
                continue
            try:
                upload = await self._door.parts.uploads.look(owner, id_)
            except Unknown:
                continue
            if upload.whole:
                photos.append(
                    SentFile(
                        id=id_,
                        size_bytes=upload.size_bytes,
                        name=name[-MOST_NAME:],
                        declared_type=kind if kind.startswith("image/") else "image/jpeg",
                    )
                )
        return tuple(photos)

    def _form(  # noqa: PLR0917 - what the page shows
        self,
        ask: Ask,
        values: FormValues,
        photos: tuple[SentFile, ...],
        wrong: Mapping[str, Wrong],
        trouble: str,
        token: str = "",
    ) -> web.Response:
        return self._paper.page(
            ask.request,
            "form.html",
            STATUS.get(trouble, 422 if wrong else 200),
            values=values,
            photos=photos,
            wrong=wrong,
            trouble=trouble,
            most_photos=MOST_PHOTOS,
            form=token or self._tokens.make(secrets.token_bytes(16), self._door.clock.now()),
        )


async def _one_piece(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _why(error: HotlineError) -> str:
    """What the page says; raises again what is no matter of the citizen's."""
    if isinstance(error, ProofNeeded | Throttled):
        return "proof" if isinstance(error, ProofNeeded) else "busy"
    if isinstance(error, Unavailable):
        return "away"
    raise error
