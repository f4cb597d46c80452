"""What a channel account keeps for itself between restarts (see ``channels.feed``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNote:
    """``value`` is the account's own and sealed in the store; empty: forgotten.

    ``until`` is when it is worth nothing any more, None: never.
    """

    account: str
    key: str
    value: bytes = field(repr=False)
    until: datetime | None = None
