"""Special modes, put together: announced incidents and leaders' days."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from zoneinfo import ZoneInfo

from config.settings import Settings
from gateway.app.city import emergency_keys
from gateway.app.from_settings import recordings_of
from gateway.intake.board import Board
from gateway.intake.floor import Floor
from gateway.intake.incidents import Incidents
from gateway.intake.leader_days import LeaderDays
from gateway.intake.leader_shadow import LeaderShadow
from gateway.intake.supervision import Supervision
from gateway.media.announcements import AnnouncementFolder


class Modes:
    """Over one floor; ``open`` them, ``use_cases`` run for ever."""

    def __init__(
        self,
        settings: Settings,
        floor: Floor,
        supervision: Supervision,
        sounds: AnnouncementFolder | None = None,
    ) -> None:
        sounds = sounds or AnnouncementFolder(recordings_of(settings))
        seating = supervision.desk.seating
        self.incidents = Incidents(floor, sounds, seating.phones)
        zone = ZoneInfo(settings.site.timezone)
        self.days = LeaderDays(floor, seating, sounds, zone, emergency_keys(settings))
        self.shadow = LeaderShadow(floor, self.days, supervision)

    async def open(self, board: Board) -> None:
        """Those that are on, also on the wall. Raises StoreUnavailable."""
        await self.incidents.open()
        await self.days.open()
        board.others.append(self.incidents.alarms)

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        return {
            "incidents": self.incidents.run,
            "leader-days": self.days.run,
            "leader-shadow": self.shadow.run,
        }
