"""What citizens write on our own pages and in Apps, in the channels' words. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from channels.message import Kind, MediaRef

MOST_FILES = 9
FIRST_PARTS = {"image": Kind.IMAGE, "audio": Kind.VOICE, "video": Kind.VIDEO}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file that is here whole; what it is called and said to be proves nothing."""

    id: str
    size_bytes: int
    name: str = field(default="", repr=False)
    declared_type: str = ""

    def media(self) -> MediaRef:
        """As a channel hands it over; fetched from our own uploads."""
        return MediaRef(
            ref=self.id,
            kind=kind_of(self.declared_type),
            name=self.name,
            declared_type=self.declared_type,
            size_bytes=self.size_bytes,
        )


def kind_of(declared_type: str) -> Kind:
    """What a file of this type is to people."""
    return FIRST_PARTS.get(declared_type.partition("/")[0].lower(), Kind.FILE)


def kind_of_message(files: Sequence[SentFile], *, located: bool = False) -> Kind:
    """What a message with these files is: its text counts when it has any."""
    if files:
        return kind_of(files[0].declared_type)
    return Kind.LOCATION if located else Kind.TEXT


def at(values: Sequence[str], index: int) -> str:
    """This one, empty when the list is shorter."""
    return values[index] if index < len(values) else ""
