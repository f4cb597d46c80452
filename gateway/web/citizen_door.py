"""What every area of the citizens' web stands on."""

from __future__ import annotations

from dataclasses import dataclass

from config.settings import Settings
from gateway.ports import Clock
from gateway.web.chat_envelopes import Conversations
from gateway.web.citizen_uses import CitizenParts
from gateway.web.limits import Limits
from gateway.web.puzzles import Puzzles
from gateway.web.sockets import Sockets
from gateway.web.visitors import Visitors


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenDoor:
    """Made once a server; see ``gateway.web.citizens``."""

    settings: Settings
    parts: CitizenParts
    visitors: Visitors
    puzzles: Puzzles
    talks: Conversations
    sockets: Sockets
    clock: Clock
    limits: Limits
