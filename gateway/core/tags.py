"""By which line a contact came: fixed when it begins, the same until it is reported. PURE.

S4 articles 29 and 30 ask for a line of its own for enterprises, answered, dispatched, followed and
reported by itself; S3 article 2, S4 article 7 and S1 article 10 let other hotlines merge into this
one, and what came by their numbers stays known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST_CHARACTERS = 32
"""Of a tag or an origin; small letters, digits and ``-``."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Tags:
    """``tag`` names a special line (``enterprise``); empty: none.

    ``origin`` names the hotline that merged into ours, or the sub-centre, to which it belongs
    (``12315``); empty: our own.
    """

    tag: str = ""
    origin: str = ""

    def both(self) -> dict[str, str]:
        """As rows and answers hold them."""
        return {"tag": self.tag, "origin_tag": self.origin}

    def said(self) -> dict[str, str]:
        """What a fact says of them: nothing where there is none."""
        return {name: value for name, value in self.both().items() if value}


UNTAGGED = Tags()


def tags_said(data: Mapping[str, object]) -> Tags:
    """The tags that a fact's data or a row tells of."""
    return Tags(tag=str(data.get("tag") or ""), origin=str(data.get("origin_tag") or ""))
