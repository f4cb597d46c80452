"""The 【signature】 of an account: put in front once, and never another one. PURE.

Carriers register it with the number and refuse what comes without; citizens know the hotline by it.
So it is the account's, and no text may bring its own (a text that begins with 【…】 or ends so is
taken by carriers and phones for one that is signed by somebody else).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from channels.errors import SendFailed
from channels.sms_text import bill

NAME_FORM = r"[^\s【】\[\]]{2,20}"
"""What may stand between the brackets."""
_FIRST = re.compile(r"【[^【】]*】")
_LAST = re.compile(r"【[^【】]*】\Z")


class OwnSignature(SendFailed):
    """The text brings a signature of its own."""

    code = "own-signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which name an account writes, and what a part costs.

    ``name`` is empty when the carrier itself puts it in front of what we send. ``mils_per_part``:
    thousandths of a yuan; 0 is not known.
    """

    name: str = ""
    mils_per_part: int = 0

    @property
    def prefix(self) -> str:
        """As it stands in front."""
        return f"【{self.name}】" if self.name else ""

    def signed(self, text: str) -> str:
        """The text as it leaves. Raises OwnSignature."""
        said = "".join(one for one in text if unicodedata.category(one) != "Cf" or one == "\u200d")
        said = said.strip()
        if self.prefix and said.startswith(self.prefix):
            said = said.removeprefix(self.prefix).lstrip()
        bare = unicodedata.normalize("NFKC", said).strip("\u200d \t\r\n")
        if _FIRST.match(bare) or _LAST.search(bare):
            raise OwnSignature("own-signature")
        return self.prefix + said

    def parts(self, text: str) -> int:
        """How many messages the carrier counts; a text that may not leave counts as it stands."""
        try:
            return bill(self.signed(text), self.mils_per_part).parts
        except OwnSignature:
            return bill(text, self.mils_per_part).parts
