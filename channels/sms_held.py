"""What accounts for short messages have in common when they hold their own connection."""

from __future__ import annotations

from collections.abc import AsyncIterator

from channels.channel import Billed, Caps
from channels.errors import FetchFailed
from channels.message import MediaRef, Outbound
from channels.sms_sender import SCHEME
from channels.sms_signature import Terms
from channels.unhooked import Unhooked

MOST_CHARACTERS = 500
"""As carriers in China allow; eight parts, sixteen of emoji."""


def caps_of(terms: Terms, *, hooked: bool = False) -> Caps:
    """What an account with these terms can carry."""

    def parts(outbound: Outbound) -> int:
        return terms.parts(outbound.text)

    return Caps(
        text_most=MOST_CHARACTERS - len(terms.prefix),
        scheme=SCHEME,
        hooked=hooked,
        counts=parts,
        billed=Billed(before=terms.prefix, mils=terms.mils_per_part),
    )


class HeldAccount(Unhooked):
    """Nobody calls it and it has no files."""

    kind = "sms"

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.caps = caps_of(terms)

    async def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """Short messages have no files."""
        del media, most_bytes
        raise FetchFailed("no-files", again=True)
        yield b""
