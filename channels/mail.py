"""The mailbox (市长信箱): letters come over SMTP or LMTP, answers leave over SMTP.

Behind the city's mail server (LMTP, or SMTP from its address) or alone. Options: ``address`` the
box and sender of answers, ``boxes`` further ones, ``listen`` and ``port``, ``protocol`` smtp or
lmtp, ``allow`` from which networks, ``most_mb`` of a letter; ``relay`` host:port that takes our
letters, ``relay_protocol`` smtp, lmtp, starttls or tls, ``relay_user`` and ``relay_password_file``.

Files wait as notes, sealed, in pieces, until they are taken. From: is what the writer claims.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from channels.channel import Caps, Channel
from channels.errors import FetchFailed
from channels.feed import NOTE_BYTES, Deliver, Notes
from channels.mail_door import DoorSettings, open_door
from channels.mail_read import FILE_DAYS, Piece, read
from channels.mail_relay import Relay, RelaySettings
from channels.mail_write import Thread, id_of, thread_key, unpacked, written
from channels.message import (
    Finding,
    Kind,
    MediaRef,
    Outbound,
    Received,
    Sent,
)
from channels.networks import networks_of
from channels.options import Options
from channels.unhooked import Unhooked

ADDRESS = r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,255}"
MB = 1024 * 1024
THREAD_DAYS = 90
MOST_CHARACTERS = 20_000
CAPS = Caps(
    text_most=MOST_CHARACTERS,
    sends=frozenset({Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.FILE}),
    live=False,
    hooked=False,
    scheme="email",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """What an account is."""

    address: str
    title: str
    door: DoorSettings
    relay: RelaySettings


def open_account(name: str, options: Options) -> Channel:
    """``mail:<name>``."""
    del name
    address = options.text("address", form=ADDRESS).lower()
    more = options.text("boxes", default="", form=rf"{ADDRESS}( {ADDRESS}){{0,63}}").lower()
    door = DoorSettings(
        host=options.text("listen", default="127.0.0.1", form=r"[0-9A-Za-z.:]{1,255}"),
        port=options.whole("port", 0, 65_535, 2525),
        lmtp=options.choice("protocol", ("smtp", "lmtp"), "smtp") == "lmtp",
        boxes=frozenset({address, *more.split()}),
        allowed=networks_of(options, "allow", "127.0.0.0/8 ::1/128"),
        most_bytes=options.whole("most_mb", 1, 100, 25) * MB,
    )
    host, _, port = options.text("relay", form=r"[0-9A-Za-z.-]{1,255}:[0-9]{1,5}").rpartition(":")
    relay = RelaySettings(
        host=host,
        port=int(port or 0),
        protocol=options.choice("relay_protocol", ("smtp", "lmtp", "starttls", "tls"), "starttls"),
        user=options.text("relay_user", default=""),
        password=options.secret("relay_password_file", needed=False),
    )
    title = options.text("title", default="12345", form=r"[^\r\n<>\"@]{1,60}")
    return Mail(Mailbox(address=address, title=title, door=door, relay=relay))


class Mail(Unhooked):
    """One box."""

    kind = "mail"

    def __init__(self, box: Mailbox) -> None:
        self._box = box
        self.caps = CAPS
        self._relay = Relay(box.relay)
        self._notes: Notes | None = None
        self.port = 0
        """Where letters are taken while it is fed."""

    async def feed(self, deliver: Deliver, notes: Notes) -> None:
        """Take letters for ever. Raises OSError: it cannot listen there."""
        self._notes = notes

        async def take(raw: bytes, mail_from: str) -> None:
            await self.take(raw, mail_from, deliver, notes)

        async with open_door(self._box.door, take) as self.port:
            await asyncio.get_running_loop().create_future()

    async def take(self, raw: bytes, mail_from: str, deliver: Deliver, notes: Notes) -> None:
        """One letter. Raises NotRecorded. Of one of our own that came back, nothing."""
        now = datetime.now(UTC)
        letter = await asyncio.to_thread(read, raw, mail_from=mail_from, now=now)
        if letter.receipt is not None:
            await deliver(Received(receipts=(letter.receipt,)), b"")
            return
        if letter.inbound is None or letter.inbound.sender.value in self._box.door.boxes:
            return
        for piece in letter.pieces:
            await _kept(piece, notes, now)
        if letter.message_id and letter.inbound.starts:
            thread = Thread(
                message_id=letter.message_id,
                references=letter.references,
                subject=letter.subject,
            )
            key = thread_key(letter.inbound.sender.value)
            await notes.put(key, thread.packed(), now + timedelta(days=THREAD_DAYS))
        await deliver(Received(messages=(letter.inbound,)), raw)

    async def send(self, outbound: Outbound) -> Sent:
        """An answer in the thread of their last letter, with its files."""
        note = await self._notes.get(thread_key(outbound.to)) if self._notes else None
        letter = written(
            outbound,
            unpacked(note),
            address=self._box.address,
            name=self._box.title,
            now=datetime.now(UTC),
        )
        await asyncio.to_thread(_attach, letter, outbound)
        await self._relay.send(letter, self._box.address, outbound.to)
        return Sent(parts=(id_of(outbound.key, self._box.address.rpartition("@")[2]),))

    async def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """A file of a letter, from the notes."""
        if self._notes is None:
            raise FetchFailed("not-open", again=True)
        size, number = 0, 0
        while piece := await self._notes.get(f"{media.ref}-{number:04d}"):
            size, number = size + len(piece), number + 1
            if size > most_bytes:
                raise FetchFailed("too-large", again=False)
            yield piece
        if not number:
            raise FetchFailed("gone", again=False)

    async def check(self) -> tuple[Finding, ...]:
        """Where letters are taken, and whether the relay is there."""
        door = self._box.door
        how = "LMTP" if door.lmtp else "SMTP"
        boxes = " ".join(sorted(door.boxes))
        return (
            Finding(
                name="door",
                good=True,
                zh=f"在 {door.host}:{door.port} 以 {how} 接收寄给 {boxes} 的信",
                en=f"letters to {boxes} are taken at {door.host}:{door.port} over {how}",
            ),
            await self._relay.check(),
        )


async def _kept(piece: Piece, notes: Notes, now: datetime) -> None:
    until = now + timedelta(days=FILE_DAYS)
    for number, at in enumerate(range(0, len(piece.content), NOTE_BYTES)):
        part = piece.content[at : at + NOTE_BYTES]
        await notes.put(f"{piece.ref}-{number:04d}", part, until)


def _attach(letter: EmailMessage, outbound: Outbound) -> None:
    for file in outbound.files:
        main, _, sub = (file.content_type or "application/octet-stream").partition("/")
        letter.add_attachment(
            Path(file.path).read_bytes(),
            maintype=main,
            subtype=sub or "octet-stream",
            filename=file.name or "file",
        )
