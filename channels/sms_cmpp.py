"""Short messages over CMPP 2.0 or 3.0, with China Mobile's gateways and most aggregators.

Nothing of it is encrypted, and the secret guards the login only: it belongs on a line of the
carrier's or into a tunnel. What arrives is acknowledged once it is recorded. A submit of whose fate
nothing is known is submitted again under the same key: it may arrive twice, none is lost.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from channels.channel import Channel
from channels.cmpp_codec import report
from channels.cmpp_events import Again, Login, Pace, Refused, Taken
from channels.cmpp_fields import BadPdu, Version
from channels.cmpp_links import NOT_CONNECTED, Ismg, Links
from channels.cmpp_pdus import Deliver, Submit
from channels.cmpp_words import came_of, id_of, receipt_of, unread_report
from channels.errors import NotConnected, SendFailed, TryLater, Unreachable
from channels.feed import Deliver as DeliverTo
from channels.feed import Notes
from channels.message import Finding, Outbound, Received, Sent
from channels.options import Options
from channels.sms_cmpp_check import findings
from channels.sms_held import HeldAccount
from channels.sms_long import WAIT, Arriving
from channels.sms_signature import Terms
from channels.sms_text import Segment, segments

DEFAULT_PORT = 7890
VERSIONS = {"cmpp2": Version.V20, "cmpp3": Version.V30}


@dataclass(frozen=True, slots=True, kw_only=True)
class CmppSettings:
    """One account. ``number`` is what citizens write to (106...); ``service_id`` the carrier's.

    ``prefix`` stands before a mobile's number where a gateway wants one (86). ``wait``: how long
    the parts of a long message are waited for.
    """

    ismg: Ismg
    number: str
    service_id: str = ""
    prefix: str = ""
    wait: timedelta = WAIT
    terms: Terms = field(default_factory=Terms)


def open_account(options: Options, by: str, terms: Terms) -> Channel:
    """``sms:<name>`` with ``by`` cmpp2 or cmpp3."""
    login = Login(
        source_addr=options.text("source_addr", form=r"[0-9A-Za-z]{1,6}"),
        secret=options.secret("secret_file", form=r"[!-~]{1,64}").encode(),
        version=VERSIONS[by],
        strict=options.yes("strict_ismg_auth", default=False),
    )
    pace = Pace(
        idle_seconds=options.whole("idle_seconds", 5, 600, 30),
        answer_seconds=options.whole("answer_seconds", 5, 300, 60),
        tries=options.whole("tries", 1, 10, 3),
    )
    ismg = Ismg(
        host=options.text("host", form=r"[0-9A-Za-z.:-]{1,255}"),
        port=options.whole("port", 1, 65_535, DEFAULT_PORT),
        connections=options.whole("connections", 1, 8, 1),
        login=login,
        pace=pace,
    )
    return CmppSms(
        CmppSettings(
            ismg=ismg,
            number=options.text("number", form=r"[0-9]{3,21}"),
            service_id=options.text("service_id", default="", form=r"[!-~]{1,10}"),
            prefix=options.text("mobile_prefix", default="", form="[0-9+]{1,4}"),
            wait=timedelta(minutes=options.whole("long_wait_minutes", 1, 1440, 10)),
            terms=terms,
        )
    )


class CmppSms(HeldAccount):
    """One account; it sends while it is fed."""

    def __init__(self, settings: CmppSettings) -> None:
        super().__init__(settings.terms)
        self._settings = settings
        self._links = Links(settings.ismg)

    async def feed(self, deliver: DeliverTo, notes: Notes) -> None:
        """Keep the connections up, take what comes, hand over what stayed incomplete."""
        secret = self._settings.ismg.login.secret.decode()
        arriving = Arriving(deliver, notes, secret, self._settings.wait)

        async def take(pdu: Deliver, frame: bytes) -> None:
            await self._take(pdu, frame, arriving, deliver)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._links.run(take))
            tasks.create_task(arriving.sweeping())

    async def _take(
        self, pdu: Deliver, frame: bytes, arriving: Arriving, deliver: DeliverTo
    ) -> None:
        """Record one delivery. Raises NotRecorded."""
        now = datetime.now(UTC)
        content = pdu.msg_content
        key = arriving.digest(id_of(pdu.msg_id), pdu.src_terminal_id, content)
        if not pdu.registered_delivery:
            await arriving.take(came_of(pdu, now), key, frame)
            return
        try:
            received = Received(receipts=(receipt_of(report(content), now),))
        except BadPdu:
            received = Received(messages=(unread_report(pdu, key, now),))
        await deliver(received, frame)

    async def send(self, outbound: Outbound) -> Sent:
        """All parts of one text; on a second try only those that were not taken."""
        try:
            text = self.terms.signed(outbound.text)
            parts = segments(text, zlib.crc32(outbound.key.encode()))
            pdus = [self._submit(part, outbound.to) for part in parts]
        except ValueError:
            raise SendFailed("too-long") from None
        async with asyncio.TaskGroup() as tasks:
            trying = [
                tasks.create_task(self._part((outbound.key, number), pdu))
                for number, pdu in enumerate(pdus, 1)
            ]
        done = [one.result() for one in trying]
        for one in done:
            if isinstance(one, Refused):
                raise SendFailed(one.code)
        for one in done:
            if isinstance(one, Again):
                if one.code == NOT_CONNECTED:
                    raise NotConnected(one.code)
                cause = Unreachable if one.unknown else TryLater
                raise cause(one.code, one.seconds)
        return Sent(parts=tuple(id_of(one.msg_id) for one in done if isinstance(one, Taken)))

    async def _part(self, handle: tuple[str, int], pdu: Submit) -> Taken | Again | Refused:
        try:
            return await self._links.submit(handle, pdu)
        except TryLater as later:
            return Again(handle=handle, code=later.provider_code, seconds=later.retry_after_seconds)
        except BadPdu as bad:
            return Refused(handle=handle, code=bad.reason)

    def _submit(self, part: Segment, to: str) -> Submit:
        mobile = len(to) == 11 and to.startswith("1")
        number = f"{self._settings.prefix}{to}" if mobile else to
        return Submit(
            pk_total=part.total,
            pk_number=part.number,
            service_id=self._settings.service_id,
            tp_udhi=int(part.header),
            msg_fmt=8,
            msg_src=self._settings.ismg.login.source_addr,
            src_id=self._settings.number,
            dest_terminal_ids=(number,),
            msg_content=part.data,
        )

    async def check(self) -> tuple[Finding, ...]:
        """Whether the gateway is reached and lets us in, over one more connection for a second."""
        return await findings(self._settings.ismg, self._links.open, self._links.last_end)
