"""The use cases of calls, put together: what runs for ever over one floor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from config.settings import Settings
from gateway.app.from_settings import never_banned, queue_log_of, recordings_of
from gateway.core.bans import Bans
from gateway.core.call import Call
from gateway.intake.announcer import Announcer
from gateway.intake.archive import Archive
from gateway.intake.desk import Desk
from gateway.intake.dispatch import Dispatch
from gateway.intake.floor import Floor
from gateway.intake.gap import Gap
from gateway.intake.guard import Guard
from gateway.intake.homecoming import Homecoming
from gateway.intake.reception import Reception
from gateway.intake.voicemails import Voicemails
from gateway.ports.phones import Door
from gateway.telephony.queue_log_file import QueueLogFile


def call_use_cases(
    settings: Settings,
    floor: Floor,
    *,
    desk: Desk,
    door: Door,
) -> Mapping[str, Callable[[], Awaitable[None]]]:
    """What runs for ever, by name."""
    phones, seating = desk.phones, desk.seating
    ended: asyncio.Queue[Call] = asyncio.Queue()
    gap = Gap(floor, QueueLogFile(queue_log_of(settings)), ended)
    voicemails = Voicemails(floor, recordings_of(settings), transcribe=settings.speech.enabled)
    reception = Reception(floor, phones, seating, ended, gap)
    return {
        "reception": reception.run,
        "gap": gap.run,
        "homecoming": Homecoming(floor, phones, reception).run,
        "dispatch": Dispatch(floor, phones, seating, desk).run,
        "announcer": Announcer(
            floor,
            phones,
            first_after_seconds=settings.announce.first_after_seconds,
            every_seconds=settings.announce.every_seconds,
            voicemail=settings.voicemail.enabled,
        ).run,
        "archive": Archive(floor, recordings_of(settings), ended, voicemails.ended).run,
        "voicemails": voicemails.run,
        "guard": Guard(floor.store, door, floor.clock, Bans(never_banned(settings))).run,
    }
