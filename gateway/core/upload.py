"""A file on its way in, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.core.errors import HotlineError


class WrongOffset(HotlineError):
    """The file does not go on at this place; ask how far it is."""

    code = "wrong-offset"

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class OtherTus(HotlineError):
    """Only tus 1.0.0 is spoken here."""

    code = "other-tus"

    def __init__(self, spoken: str) -> None:
        super().__init__(spoken)
        self.spoken = spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """``offset`` of ``size_bytes`` are here; without news it is forgotten at ``expires_at``."""

    id: str
    size_bytes: int
    offset: int
    expires_at: datetime

    @property
    def whole(self) -> bool:
        """Whether everything is here."""
        return self.offset >= self.size_bytes
