"""Short messages over SMPP 3.4, as an ESME over one connection or several.

Carriers' own SMSCs and resellers abroad speak it. The connections are ``smpp_links``, what comes is
read by ``smpp_read`` and put together by ``sms_long``; aiosmpplib writes what we send
(``smpp_write``).
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from channels.channel import Channel
from channels.errors import (
    Malformed,
    NotConnected,
    RecipientGone,
    SendFailed,
    TryLater,
)
from channels.feed import Deliver, Notes
from channels.message import Finding, Inbound, Kind, Outbound, Received, Sent
from channels.options import Options
from channels.smpp_connection import Answer, Pace, Smsc
from channels.smpp_links import Links
from channels.smpp_read import Command, alphabet_of, deliver_of, message_id_of, receipt_of
from channels.smpp_repeats import Repeats
from channels.smpp_write import Address, Login, submit
from channels.sms_held import HeldAccount
from channels.sms_long import Arriving
from channels.sms_pieces import Came
from channels.sms_sender import NOBODY, sender_of
from channels.sms_signature import Terms
from channels.sms_smpp_check import findings
from channels.sms_text import Alphabet, Segment, segments

HOST_FORM = r"[A-Za-z0-9.:_-]{1,253}"
NUMBER_FORM = r"[0-9A-Za-z+]{1,20}"
DEFAULTS = tuple(one.value for one in Alphabet if one is not Alphabet.OCTETS)
RAW_BYTES = 8 * 1024
MOST_UNDER_WAY = 1000
SLOW_SECONDS = 5.0
MALFORMED = "malformed"
_SLOWER = {0x58, 0x14}
"""ESME_RTHROTTLED, ESME_RMSGQFUL (5.1.3): too much for them."""
_LATER = {0x08, 0x64, 0xFF}
"""ESME_RSYSERR, ESME_RX_T_APPN, ESME_RUNKNOWNERR."""
_NOBODY = {0x0B}
"""ESME_RINVDSTADR."""
ROLES = {
    "transceiver": (Command.BIND_TRANSCEIVER,),
    "pair": (Command.BIND_TRANSMITTER, Command.BIND_RECEIVER),
}
"""What one connection of the settings is: one that does both, or one for each way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The settings of one. ``source`` is our number; ``prefix`` stands before a mobile's."""

    smsc: Smsc
    source: Address
    prefix: str
    to_ton: int
    to_npi: int
    default: Alphabet
    hex_ids: bool
    wait: timedelta


def open_account(options: Options, by: str, terms: Terms) -> Channel:
    """``sms:<name>`` with ``by = "smpp"``."""
    del by
    login = Login(
        system_id=options.text("system_id", form=r"[!-~]{1,15}"),
        password=options.secret("password_file", form=r"[!-~]{1,8}"),
        system_type=options.text("system_type", form=r"[!-~]{0,12}", default=""),
    )
    smsc = Smsc(
        host=options.text("host", form=HOST_FORM),
        port=options.whole("port", 1, 65_535, 2775),
        login=login,
        roles=ROLES.get(options.choice("bind", tuple(ROLES), "transceiver"), ())
        * options.whole("connections", 1, 8, 1),
        tls=options.yes("tls", default=False),
        window=options.whole("window", 1, 100, 10),
    )
    account = Account(
        smsc=smsc,
        source=Address(
            number=options.text("number", form=NUMBER_FORM),
            ton=options.whole("number_ton", 0, 6, 0),
            npi=options.whole("number_npi", 0, 18, 0),
        ),
        prefix=options.text("mobile_prefix", form="[0-9+]{0,4}", default="86"),
        to_ton=options.whole("mobile_ton", 0, 6, 1),
        to_npi=options.whole("mobile_npi", 0, 18, 1),
        default=Alphabet(options.choice("default_alphabet", DEFAULTS, Alphabet.GSM7.value)),
        hex_ids=options.choice("receipt_ids", ("same", "hex"), "same") == "hex",
        wait=timedelta(minutes=options.whole("long_wait_minutes", 1, 1440, 10)),
    )
    return SmppAccount(account, terms)


class SmppAccount(HeldAccount):
    """One account at one SMSC."""

    def __init__(self, account: Account, terms: Terms, pace: Pace | None = None) -> None:
        super().__init__(terms)
        self._account, self._pace = account, pace or Pace()
        self._repeats = Repeats()
        self._numbers = count(1)
        self._reference = secrets.randbelow(256)
        self._under_way: OrderedDict[str, tuple[int, list[str]]] = OrderedDict()
        self._links: Links | None = None

    # ---- what comes ----

    async def feed(self, deliver: Deliver, notes: Notes) -> None:
        """See ``channels.feed.Fed``."""
        arriving = Arriving(deliver, notes, self._account.smsc.login.password, self._account.wait)
        self._links = Links(
            self._account.smsc,
            self._pace,
            take=partial(self._take, deliver, arriving),
            ended=lambda number: self._repeats.ended(number, _now()),
            numbers=self._numbers,
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._links.run())
                tasks.create_task(arriving.sweeping())
        finally:
            self._links = None

    async def _take(
        self, deliver: Deliver, arriving: Arriving, body: bytes, connection: int
    ) -> Callable[[], None]:
        """Record one deliver_sm; nothing that an SMSC sends is lost because we cannot read it."""
        now, raw = _now(), body[:RAW_BYTES]
        mark = arriving.digest("deliver_sm", body)
        try:
            came = deliver_of(body)
        except Malformed:
            await deliver(_unread(mark, now), raw)
            return _nothing
        if came.receipt:
            receipt = receipt_of(came, now)
            received = _unread(mark, now) if receipt is None else Received(receipts=(receipt,))
            await deliver(received, raw)
            return _nothing
        other = self._repeats.doubtful(mark, connection)
        heard = other is None or (self._links is not None and await self._links.heard(other))
        turn = self._repeats.turn(mark, connection, now, heard=heard)
        message = Came(
            sender=came.sender,
            to=came.to,
            data=came.data,
            alphabet=alphabet_of(came.coding, self._account.default),
            at=now,
            concat=came.concat,
        )
        await arriving.take(message, arriving.digest(mark, *turn), raw)
        return lambda: self._repeats.answered(mark, _now())

    # ---- what leaves ----

    async def send(self, outbound: Outbound) -> Sent:
        """Part after part; a second try goes on where the first one broke off."""
        text = self.terms.signed(outbound.text)
        reference, done = self._begun(outbound.key)
        parts = segments(text, reference)
        while len(done) < len(parts):
            part = parts[len(done)]
            _taken(done, part, await self._submit(part, outbound.to, done))
        self._under_way.pop(outbound.key, None)
        return Sent(parts=tuple(done))

    def _begun(self, key: str) -> tuple[int, list[str]]:
        if key not in self._under_way:
            self._reference = (self._reference + 1) % 256
            self._under_way[key] = (self._reference, [])
            while len(self._under_way) > MOST_UNDER_WAY:
                self._under_way.popitem(last=False)
        return self._under_way[key]

    async def _submit(self, segment: Segment, to: str, done: list[str]) -> str:
        links, account = self._links, self._account
        if links is None:
            raise NotConnected("not-bound")
        mobile = len(to) == 11 and to.startswith("1")
        number = f"{account.prefix}{to}" if mobile else to
        if not number.isascii() or not 1 <= len(number) <= 20:
            raise RecipientGone("no-number")
        address = Address(number=number, ton=account.to_ton, npi=account.to_npi)

        def late(answer: Answer) -> None:
            with suppress(SendFailed):
                _taken(done, segment, self._said(answer))

        make = partial(submit, segment, account.source, address)
        return self._said(await links.request(make, late))

    def _said(self, answer: Answer) -> str:
        """The id that they gave it. Raises SendFailed and those below it."""
        code = f"smpp-{answer.status:#x}"
        if answer.status in _SLOWER:
            raise TryLater(code, SLOW_SECONDS)
        if answer.status in _LATER:
            raise TryLater(code)
        if answer.status in _NOBODY:
            raise RecipientGone(code)
        if answer.status:
            raise SendFailed(code)
        id_ = message_id_of(answer.body)
        if self._account.hex_ids and id_:
            return str(int(id_, 16)) if all(one in "0123456789abcdefABCDEF" for one in id_) else id_
        return id_

    async def check(self) -> tuple[Finding, ...]:
        """Whether it is bound; a process that holds no connection binds once and leaves."""
        links = self._links
        there = (links.open, links.wanted) if links is not None else (0, 0)
        return await findings(self._account.smsc, self._pace, *there)


def _taken(done: list[str], part: Segment, id_: str) -> None:
    """This part is theirs, unless it was so already: an answer may come after its time."""
    if len(done) == part.number - 1:
        done.append(id_)


def _unread(mark: str, now: datetime) -> Received:
    """What cannot be read is kept all the same."""
    kept = Inbound(
        key=mark,
        sender=sender_of(NOBODY),
        kind=Kind.UNKNOWN,
        sent_at=now,
        fields={"type": "deliver_sm"},
        starts=False,
    )
    return Received(messages=(kept,))


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing() -> None:
    return None
