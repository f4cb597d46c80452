"""A carrier's gateway, whatever it speaks: one shape for SMPP's SMSC and CMPP's ISMG.

What tests/channels/test_sms_carriers.py asks of one; each peer speaks its own protocol.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from channels.cmpp_events import Pace as CmppPace
from channels.sms_cmpp import CmppSms
from channels.sms_smpp import SmppAccount
from channels.sms_text import segments
from tests.channels.cmpp_world import account_at
from tests.channels.smpp_world import CALM, TERMS, account
from tests.eventually import eventually
from tests.peers import ismg_wire as wire
from tests.peers.feed_peer import FeedPeer
from tests.peers.ismg_peer import IsmgPeer
from tests.peers.smsc_smpp_peer import Line, OwnSmsc, deliver_body, receipt_body

CITIZEN = "8613800138000"
SOON = 0.1
"""Seconds, for who is impatient: of quiet, and for an answer."""
AGAIN_SECONDS = 0.02
WINDOW = 8
Judge = Callable[[int], bool | None]
"""Whether a submit of the part with this number is taken; False: not now, None: no answer."""
Sms = SmppAccount | CmppSms


@dataclass(frozen=True, kw_only=True)
class Part:
    """One delivery of what a citizen wrote."""

    data: bytes
    header: bool
    ascii: bool = False
    id: int
    """Where the carrier counts its deliveries."""

    def says(self, text: str) -> Part:
        """The same part with these words, in ASCII."""
        return replace(self, data=self.data[:6] + text.encode(), ascii=True)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A submit that was taken: the id that it was given, and which part of what."""

    id: str
    number: int
    text: str


class Carrier(ABC):
    """See above."""

    @abstractmethod
    def account(
        self, *, connections: int = 1, wait: timedelta = timedelta(minutes=10), soon: bool = False
    ) -> Sms:
        """One of ours; ``soon``: it is soon sure that nobody answers."""

    @abstractmethod
    def links(self, sms: Sms) -> int:
        """How many connections it thinks that it has."""

    @abstractmethod
    def brings(self, *parts: Part, over: int | None = None) -> None:
        """In this order, until each is acknowledged; over this connection first, if it is named."""

    @property
    @abstractmethod
    def acknowledged(self) -> int:
        """How many deliveries were."""

    @abstractmethod
    def stands(self) -> int:
        """How many connections there are."""

    @abstractmethod
    def cut(self, *numbers: int) -> None:
        """These connections, without a word; all of them when none is named."""

    @abstractmethod
    async def closes(self) -> None:
        """Away, with every connection."""

    @abstractmethod
    async def opens(self) -> None:
        """There again, at the same port."""

    @abstractmethod
    def behaves(
        self,
        judge: Judge = lambda _: True,
        *,
        stalls: bool = False,
        shift: int = 0,
        early: bool = False,
    ) -> None:
        """From now on. ``shift`` is added to the sequence number of what answers a submit."""

    @abstractmethod
    def submits(self) -> list[Taken]:
        """What was taken, in this order."""

    @abstractmethod
    def answers_late(self) -> None:
        """What was submitted last is taken, and now it says so."""

    @abstractmethod
    def reports(self, id_: str) -> None:
        """It has arrived."""


class CmppCarrier(Carrier):
    """An ISMG."""

    def __init__(self, peer: IsmgPeer) -> None:
        self.peer = peer

    def account(
        self, *, connections: int = 1, wait: timedelta = timedelta(minutes=10), soon: bool = False
    ) -> CmppSms:
        """See ``Carrier``."""
        made = account_at(self.peer.port, three=self.peer.three, connections=connections)
        its = made._settings
        pace = CmppPace(idle_seconds=SOON, answer_seconds=SOON, tries=2)
        return CmppSms(
            replace(its, wait=wait, ismg=replace(its.ismg, pace=pace) if soon else its.ismg)
        )

    def links(self, sms: Sms) -> int:
        """See ``Carrier``."""
        assert isinstance(sms, CmppSms)
        return sms._links.open

    def brings(self, *parts: Part, over: int | None = None) -> None:
        """See ``Carrier``."""
        made = [
            wire.Delivery(
                msg_id=one.id,
                src=CITIZEN.encode(),
                content=one.data,
                udhi=int(one.header),
                fmt=0 if one.ascii else 8,
            )
            for one in parts
        ]
        if over is None:
            self.peer.delivers(*made)
        else:
            for one in made:
                self.peer.delivers_over(over, one)

    @property
    def acknowledged(self) -> int:
        """See ``Carrier``."""
        return len(self.peer.acknowledged)

    def stands(self) -> int:
        """See ``Carrier``."""
        return len(self.peer.connections)

    def cut(self, *numbers: int) -> None:
        """See ``Carrier``."""
        for number in numbers or range(self.stands()):
            self.peer.connections[number].writer.transport.abort()

    async def closes(self) -> None:
        """See ``Carrier``."""
        await self.peer.closes()

    async def opens(self) -> None:
        """See ``Carrier``."""
        await self.peer.opens()

    def behaves(
        self,
        judge: Judge = lambda _: True,
        *,
        stalls: bool = False,
        shift: int = 0,
        early: bool = False,
    ) -> None:
        """See ``Carrier``."""
        results = {True: 0, False: 8, None: None}
        self.peer.judge = lambda said: results[judge(number_of(said.content, said.udhi))]
        self.peer.stalls, self.peer.shift, self.peer.early = stalls, shift, early

    def submits(self) -> list[Taken]:
        """See ``Carrier``."""
        return [
            Taken(
                id=f"{id_:016x}",
                number=number_of(said.content, said.udhi),
                text=text_of(said.content, said.udhi),
            )
            for id_, said in self.peer.submits
        ]

    def answers_late(self) -> None:
        """See ``Carrier``."""
        peer = self.peer
        frame = [one for ours, one in peer.capture if ours and one[7] == wire.SUBMIT][-1]
        id_ = peer.next_id()
        peer.submits.append((id_, wire.submitted(frame[12:], three=peer.three)))
        number = int.from_bytes(frame[8:12], "big")
        peer.connections[0].say(wire.result(wire.SUBMIT, number, id_, 0, three=peer.three))

    def reports(self, id_: str) -> None:
        """See ``Carrier``."""
        self.peer.reports(int(id_, 16))


class SmppCarrier(Carrier):
    """An SMSC; ``bind`` is how it is bound."""

    def __init__(self, smsc: BusySmsc, folder: Path, bind: str) -> None:
        self.smsc, self._folder, self._bind = smsc, folder, bind
        self._server: asyncio.Server | None = None

    def account(
        self, *, connections: int = 1, wait: timedelta = timedelta(minutes=10), soon: bool = False
    ) -> SmppAccount:
        """See ``Carrier``."""
        more = {"bind": self._bind, "connections": str(connections)}
        pace = replace(CALM, enquire=SOON, answer=SOON) if soon else CALM
        made = account(self._folder, self.smsc.port, pace, **more)
        return SmppAccount(replace(made._account, wait=wait), TERMS, pace)

    def links(self, sms: Sms) -> int:
        """See ``Carrier``."""
        assert isinstance(sms, SmppAccount)
        return sms._links.open // self._ways if sms._links else 0

    @property
    def _ways(self) -> int:
        return 2 if self._bind == "pair" else 1

    def brings(self, *parts: Part, over: int | None = None) -> None:
        """See ``Carrier``."""
        self.smsc.backlog.extend(
            deliver_body(
                one.data,
                source_addr=CITIZEN,
                esm_class=0x40 if one.header else 0,
                data_coding=1 if one.ascii else 8,
            )
            for one in parts
        )
        self.smsc.pump(*([] if over is None else [self.smsc.hearing[over]]))

    @property
    def acknowledged(self) -> int:
        """See ``Carrier``."""
        return self.smsc.acknowledged

    def stands(self) -> int:
        """See ``Carrier``."""
        return len(self.smsc.lines) // self._ways

    def cut(self, *numbers: int) -> None:
        """See ``Carrier``."""
        lines = self.smsc.lines
        ways = [[one for one in lines if one.role != role] for role in ("transmitter", "receiver")]
        chosen = [way[number] for way in ways for number in numbers]
        self.smsc.cut(*(dict.fromkeys(chosen) if numbers else lines))

    async def opens(self) -> None:
        """See ``Carrier``."""
        self._server = await asyncio.start_server(self.smsc.serve, "127.0.0.1", self.smsc.port)
        self.smsc.port = self._server.sockets[0].getsockname()[1]

    async def closes(self) -> None:
        """See ``Carrier``."""
        if self._server is not None:
            self._server.close()
            self.cut()
            await self._server.wait_closed()
            self._server = None

    def behaves(
        self,
        judge: Judge = lambda _: True,
        *,
        stalls: bool = False,
        shift: int = 0,
        early: bool = False,
    ) -> None:
        """See ``Carrier``."""
        results = {True: 0, False: 0x58, None: None}
        self.smsc.judge = lambda one: results[judge(number_of(one.data, one.udhi))]
        self.smsc.silent, self.smsc.shift, self.smsc.early = stalls, shift, early

    def submits(self) -> list[Taken]:
        """See ``Carrier``."""
        return [
            Taken(id=one.id, number=number_of(one.data, one.udhi), text=text_of(one.data, one.udhi))
            for one in self.smsc.taken
        ]

    def answers_late(self) -> None:
        """See ``Carrier``."""
        line, sequence, one = self.smsc.unanswered[-1]
        self.smsc.taken.append(one)
        self.smsc.answers(line, 0x04, 0, sequence, one.id.encode() + b"\0")

    def reports(self, id_: str) -> None:
        """See ``Carrier``."""
        self.smsc.backlog.append(receipt_body(id_, "DELIVRD"))
        self.smsc.pump()


@dataclass(eq=False)
class BusySmsc(OwnSmsc):
    """An SMSC that keeps what was not acknowledged and delivers it again, in its order."""

    backlog: deque[bytes] = field(default_factory=deque)
    acknowledged: int = 0
    _under_way: dict[int, bytes] = field(default_factory=dict)

    def pump(self, *lines: Line) -> None:
        """As much as the window lets, over these or over all."""
        for line in lines or self.hearing:
            while self.backlog and len(line.answers) < WINDOW:
                body = self.backlog.popleft()
                self._write(line, 0x05, body)
                self._under_way[self._sequence] = body

    def _gone(self, line: Line) -> None:
        back = [self._under_way.pop(one) for one in line.answers if one in self._under_way]
        self.backlog.extendleft(reversed(back))
        super()._gone(line)
        self.pump()

    def _came(self, line: Line, command: int, status: int, sequence: int, body: bytes) -> None:
        under_way = self._under_way.pop(sequence, None) if command == 0x80000005 else None
        super()._came(line, command, status, sequence, body)
        if under_way is not None and status:
            self.backlog.appendleft(under_way)
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self.pump)
        else:
            self.acknowledged += under_way is not None
            self.pump()


def number_of(data: bytes, header: object) -> int:
    """Which part of a text it is."""
    return data[5] if header else 1


def text_of(data: bytes, header: object) -> str:
    """The words of a part."""
    return data[6 if header else 0 :].decode("utf-16-be")


class Phone:
    """A citizen's; each part that it sends has a number of its own."""

    def __init__(self) -> None:
        self._ids = count(1)

    def writes(self, text: str, reference: int = 7) -> list[Part]:
        """A message, short or long."""
        return [
            Part(data=one.data, header=one.header, id=next(self._ids))
            for one in segments(text, reference)
        ]


NAMES = ("smpp", "smpp, a pair", "cmpp 2.0", "cmpp 3.0")


@asynccontextmanager
async def carrier_of(name: str, folder: Path) -> AsyncIterator[Carrier]:
    """One of ``NAMES``, open."""
    carrier: Carrier
    if name.startswith("smpp"):
        carrier = SmppCarrier(BusySmsc(), folder, "pair" if "pair" in name else "transceiver")
    else:
        carrier = CmppCarrier(IsmgPeer(three="3.0" in name))
    await carrier.opens()
    try:
        yield carrier
    finally:
        await carrier.closes()


@asynccontextmanager
async def fed(
    carrier: Carrier, sms: Sms, feed: FeedPeer, connections: int = 1
) -> AsyncIterator[None]:
    """The account runs, with so many connections."""

    async def run() -> None:
        await sms.feed(feed, feed)

    task = asyncio.create_task(run())
    try:
        await eventually(lambda: carrier.links(sms) == carrier.stands() == connections)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await eventually(lambda: not carrier.stands())
