"""Due process, put together from the settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from config.settings import Settings
from gateway.app.from_settings import recordings_of
from gateway.core.detection import DetectionRules, Often, Pattern
from gateway.core.staff_complaint import ComplaintRules
from gateway.core.standing import ConductRules, Most
from gateway.intake.conduct import Conduct
from gateway.intake.desk import Desk
from gateway.intake.detector import Detector
from gateway.intake.evidence import EvidenceDesk
from gateway.intake.evidence_files import EvidenceFiles
from gateway.intake.file_desk import FileDesk
from gateway.intake.records import Records
from gateway.intake.seclusion import Seclusion
from gateway.intake.staff_complaints import StaffComplaints
from gateway.intake.standings import Standings
from gateway.media.announcements import AnnouncementFolder
from gateway.ports.files import FileKeep
from gateway.web.uses import ConductParts


def rules_of(settings: Settings) -> ConductRules:
    """What the city's regulation allows, and in what time."""
    own = settings.conduct
    return ConductRules(
        most=Most(own.most),
        law=(own.law_zh, own.law_en),
        grace=timedelta(hours=own.grace_hours),
        stop=timedelta(minutes=own.stop_minutes),
        longest=timedelta(days=own.longest_days),
        forget=timedelta(days=own.forget_days),
    )


def complaints_of(settings: Settings) -> ComplaintRules:
    """Whom a complaint about staff means when it names nobody, and where it goes."""
    own = settings.staff_complaint
    return ComplaintRules(days=own.days, queue=own.queue)


def detection_of(settings: Settings) -> DetectionRules:
    """What a supervisor is asked to look at."""
    own = settings.detection
    return DetectionRules(
        often={
            Pattern.REDIALLING: Often(count=own.redial_calls, minutes=own.redial_minutes),
            Pattern.SILENT: Often(count=own.silent_calls, minutes=own.silent_minutes),
            Pattern.OCCUPYING: Often(count=own.occupying_calls, minutes=own.occupying_minutes),
            Pattern.SAME_WORDS: Often(count=own.same_messages, minutes=own.same_minutes),
            Pattern.SCANNING: Often(count=own.scan_numbers, minutes=own.scan_minutes),
            Pattern.SCANNING_NUMBER: Often(count=own.brief_calls, minutes=own.brief_minutes),
        },
        silent_codes=frozenset(own.silent_codes),
        no_matter_codes=frozenset(own.no_matter_codes),
        occupied=timedelta(minutes=own.occupying_talk_minutes),
        short=timedelta(seconds=own.scan_seconds),
    )


class ConductDesk:
    """The use cases of due process over one floor; ``use_cases`` run for ever."""

    def __init__(self, settings: Settings, desk: Desk, records: Records, keep: FileKeep) -> None:
        floor = desk.floor
        sounds = AnnouncementFolder(recordings_of(settings))
        zone = ZoneInfo(settings.site.timezone)
        self._standings = Standings(floor, sounds, rules_of(settings), zone)
        self._conduct = Conduct(self._standings, records)
        files = FileDesk(floor.store, records, keep)
        self._evidence = EvidenceDesk(self._standings, EvidenceFiles(records, files))
        self._complaints = StaffComplaints(floor, records, self._standings)
        floor.complaint_rules = complaints_of(settings)
        voicemail = settings.voicemail.enabled
        self.seclusion = Seclusion(floor, desk.phones, desk.seating, voicemail=voicemail)
        self._detector = Detector(self._standings, detection_of(settings), zone)

    async def open(self) -> None:
        """Procedures as the store has them. Raises StoreUnavailable."""
        await self._standings.open()

    def parts(self) -> ConductParts:
        """What the web asks."""
        return ConductParts(
            conduct=self._conduct,
            standings=self._standings,
            evidence=self._evidence,
            complaints=self._complaints,
        )

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        return {
            "standings": self._standings.run,
            "detector": self._detector.run,
            "seclusion": self.seclusion.run,
        }


async def opened_conduct(
    settings: Settings, desk: Desk, records: Records, keep: FileKeep
) -> ConductDesk:
    """Ready for the first caller. Raises StoreUnavailable."""
    opened = ConductDesk(settings, desk, records, keep)
    await opened.open()
    return opened
