"""Announced incidents, put together from the settings' folder of recordings."""

from __future__ import annotations

from config.settings import Settings
from gateway.app.from_settings import recordings_of
from gateway.intake.board import Board
from gateway.intake.floor import Floor
from gateway.intake.incidents import Incidents
from gateway.media.announcements import AnnouncementFolder


async def opened_incidents(settings: Settings, floor: Floor, board: Board) -> Incidents:
    """Those that are on, also on the wall. Raises StoreUnavailable."""
    incidents = Incidents(floor, AnnouncementFolder(recordings_of(settings)))
    await incidents.open()
    board.others.append(incidents.alarms)
    return incidents
