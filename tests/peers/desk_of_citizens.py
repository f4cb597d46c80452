"""What citizens' pages speak to, in memory: an inbox and a desk that keep their contract."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from channels.message import Inbound
from gateway.core.chat import ChatForm
from gateway.core.errors import StoreUnavailable, Unknown
from gateway.core.query_code import code_hash
from gateway.intake.throttling import NOWHERE, From
from gateway.intake.views import moment
from gateway.ports import Clock

Json = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """As ``gateway.web.citizen_uses.Accepted``."""

    contact_id: str
    message_id: str
    seq: int
    new: bool


@dataclass
class Talk:
    """One conversation."""

    id: str
    account: str
    scheme: str
    value: str
    form: ChatForm
    state: str = "waiting"
    code: str = ""
    operator: str = ""
    said: list[Json] = field(default_factory=list)
    inbounds: list[Inbound] = field(default_factory=list)
    seen: int = 0


class CitizensPeer:
    """Both the inbox and the desk; ``away``: the store does not answer."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.talks: dict[str, Talk] = {}
        self.keys: dict[tuple[str, str], Taken] = {}
        self.files: dict[str, tuple[Path, str]] = {}
        self.origins: set[From] = set()
        self.away = False
        self._moved = asyncio.Event()

    async def accept_one(
        self,
        account: str,
        inbound: Inbound,
        *,
        raw: bytes = b"",
        form: ChatForm = ChatForm.CHAT,
        queue: str = "",
        query_code_hash: str = "",
        origin: From = NOWHERE,
    ) -> Taken:
        """Once for each key."""
        del raw, queue
        self.origins.add(origin)
        self._here()
        known = self.keys.get((account, inbound.key))
        if known:
            return Taken(known.contact_id, known.message_id, known.seq, new=False)
        who = account, inbound.sender.scheme, inbound.sender.value
        talk = None if form is ChatForm.FORM else self._open(*who)
        if talk is None:
            talk = Talk(f"{len(self.talks):032x}", *who, form, code=query_code_hash)
            self.talks[talk.id] = talk
        talk.inbounds.append(inbound)
        self._say(talk, "citizen", inbound.text, cid=inbound.provider_id, files=len(inbound.media))
        taken = Taken(talk.id, f"m{len(self.keys)}", len(talk.said), new=True)
        self.keys[account, inbound.key] = taken
        return taken

    async def latest_chat_of(self, account: str, scheme: str, value: str) -> str:
        """The open one, else the last."""
        self._here()
        open_ = self._open(account, scheme, value)
        theirs = [one.id for one in self.talks.values() if self._is(one, account, scheme, value)]
        return open_.id if open_ else (theirs[-1] if theirs else "")

    async def account_of(self, contact_id: str) -> str:
        """Where it is."""
        talk = self.talks.get(contact_id)
        return talk.account if talk else ""

    async def messages(self, contact_id: str, after_seq: int, limit: int) -> list[Json]:
        """In order."""
        self._here()
        return [one for one in self._talk(contact_id).said if one["seq"] > after_seq][:limit]

    async def wait(self, contact_id: str, after_seq: int, seconds: float) -> None:
        """Until something moves."""
        if len(self._talk(contact_id).said) > after_seq:
            return
        moved = self._moved
        try:
            async with asyncio.timeout(seconds):
                await moved.wait()
        except TimeoutError:
            return

    async def status(self, contact_id: str) -> Json:
        """How it stands."""
        self._here()
        talk = self._talk(contact_id)
        waits = talk.state == "waiting"
        return {
            "contact_id": talk.id,
            "state": talk.state,
            "position": 1 if waits else None,
            "expected_wait_seconds": 60 if waits else None,
            "operator_name": talk.operator,
            "last_seq": len(talk.said),
        }

    async def seen(self, contact_id: str, seq: int) -> None:
        """Noted."""
        self._talk(contact_id).seen = max(self._talk(contact_id).seen, seq)

    async def leave(self, contact_id: str) -> None:
        """Closed."""
        self._talk(contact_id).state = "closed"
        self.stir()

    async def form_by_code(self, code: str) -> str:
        """By its hash."""
        self._here()
        wanted = code_hash(code)
        return next((one.id for one in self.talks.values() if one.code == wanted), "")

    async def file_of(self, contact_id: str, attachment_id: str) -> tuple[Path, str] | None:
        """What the test put there."""
        return self.files.get(f"{contact_id}/{attachment_id}")

    def answer(self, contact_id: str, operator: str, text: str) -> None:
        """An operator says something."""
        talk = self._talk(contact_id)
        talk.state, talk.operator = "open", operator
        self._say(talk, "operator", text, operator=operator)

    def stir(self) -> None:
        """Wake whoever listens."""
        self._moved.set()
        self._moved = asyncio.Event()

    def one(self, where: Callable[[Talk], bool] = lambda _: True) -> Talk:
        """The only conversation like this."""
        found = [talk for talk in self.talks.values() if where(talk)]
        assert len(found) == 1, found
        return found[0]

    def _say(
        self, talk: Talk, who: str, text: str, *, cid: str = "", operator: str = "", files: int = 0
    ) -> None:
        file = {"kind": "image", "name": "", "size_bytes": 1, "state": "pending"}
        talk.said.append(
            {
                "seq": len(talk.said) + 1,
                "cid": cid,
                "who": who,
                "operator_name": operator,
                "kind": "text",
                "text": text,
                "at": moment(self.clock.now()),
                "files": [file | {"id": str(n), "type": "", "url": None} for n in range(files)],
            }
        )
        self.stir()

    def _open(self, account: str, scheme: str, value: str) -> Talk | None:
        theirs = [one for one in self.talks.values() if self._is(one, account, scheme, value)]
        return next((one for one in theirs if one.state != "closed"), None)

    @staticmethod
    def _is(one: Talk, account: str, scheme: str, value: str) -> bool:
        return (one.account, one.scheme, one.value) == (account, scheme, value)

    def _talk(self, contact_id: str) -> Talk:
        if contact_id not in self.talks:
            raise Unknown("chat", contact_id)
        return self.talks[contact_id]

    def _here(self) -> None:
        if self.away:
            raise StoreUnavailable("away")
