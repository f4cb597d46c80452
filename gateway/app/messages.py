"""Everything about messages, put together: what comes in, who gets it, what leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from zoneinfo import ZoneInfo

from channels.app import AppAccount
from channels.channel import Channel
from config.settings import Settings
from gateway.app.from_settings import media_of
from gateway.app.throttle import counted_here, hint_words, slow_text
from gateway.core.item import IntakeItem
from gateway.core.tags import Tags
from gateway.core.targets import Targets
from gateway.core.texting import TextRules
from gateway.intake.apart import in_line
from gateway.intake.channel_account import ChannelAccount, ChannelAccounts
from gateway.intake.citizen_desk import CitizenDesk
from gateway.intake.citizens import Citizens
from gateway.intake.feeds import Feeds
from gateway.intake.file_desk import FileDesk
from gateway.intake.files import FileLimits, Files
from gateway.intake.floor import Floor
from gateway.intake.idle import Idle
from gateway.intake.inbox import Inbox
from gateway.intake.line_list import LineList
from gateway.intake.looks import Looks
from gateway.intake.notice import Notice, NoticeText
from gateway.intake.outbox import Outbox
from gateway.intake.people import People
from gateway.intake.receipts import Receipts
from gateway.intake.records import Records
from gateway.intake.referee import Referee, Rules
from gateway.intake.room import Room
from gateway.intake.seating import Seating
from gateway.intake.sending_files import SendingFiles
from gateway.intake.talks import Talks
from gateway.intake.texting import Texting
from gateway.intake.throttling import Throttling
from gateway.intake.uploads import Uploads
from gateway.intake.voice_messages import VoiceMessages
from gateway.intake.words import Words
from gateway.ports import Clock, Line, Phones
from gateway.ports.files import FileKeep, FileLook
from gateway.telephony.slow_callers import kept_free
from gateway.web.citizen_uses import CitizenParts
from gateway.web.uses import ChatParts

MB = 1024 * 1024


def accounts_of(settings: Settings, channels: Mapping[str, Channel]) -> ChannelAccounts:
    """The accounts in use, with what they are called and where their citizens wait."""
    return {
        one.id: ChannelAccount(
            id=one.id,
            title_zh=one.title_zh or one.id,
            title_en=one.title_en or one.id,
            queue=one.queue,
            channel=channels[one.id],
            tags=Tags(tag=one.tag, origin=one.origin),
        )
        for one in settings.channels
        if one.id in channels
    }


def uploads_of(settings: Settings, clock: Clock) -> Uploads:
    """Files on their way in."""
    most = settings.media.video_mb * MB
    return Uploads(settings.data_dir / "uploads", clock, most_bytes=most)


class Messages:
    """The use cases of messages over one floor; ``use_cases`` run for ever."""

    def __init__(
        self,
        settings: Settings,
        floor: Floor,
        *,
        line: Line,
        phones: Phones,
        seating: Seating,
        records: Records,
        keep: FileKeep,
        look: FileLook,
        uploads: Uploads,
        throttling: Throttling | None = None,
    ) -> None:
        self._floor = floor
        chat, intake = settings.chat, settings.intake
        self._targets = targets = Targets(
            chat_seconds=chat.target_seconds,
            form_seconds=chat.form_target_seconds,
            callback_seconds=chat.callback_target_seconds,
            slow_seconds=settings.throttle.slow_seconds,
            form_slow_seconds=settings.throttle.form_slow_seconds,
            kept_seconds=settings.throttle.kept_seconds,
            queues=floor.queues,
        )
        media_dir = media_of(settings)
        receipts = Receipts(floor)
        room = Room(floor, phones, seating)
        talks = Talks(floor, room, dispositions=[one.code for one in settings.disposition])
        waiting = LineList(floor, targets)
        channels = {id_: one.channel for id_, one in floor.accounts.items()}
        media = settings.media
        self.uploads = uploads
        throttling = throttling or counted_here(settings.throttle, floor.clock)
        self.files = Files(
            floor.store,
            floor.clock,
            channels=channels,
            keep=keep,
            look=look,
            uploads=uploads,
            limits=FileLimits(file_bytes=media.file_mb * MB, video_bytes=media.video_mb * MB),
            commit=VoiceMessages(floor).commit if settings.speech.enabled else floor.commit_chat,
        )
        sending = SendingFiles(floor, keep, look)
        self.file_desk = FileDesk(floor.store, records, keep)
        self.outbox = Outbox(floor, receipts, media_dir)
        self.referee = Referee(
            floor,
            line,
            room,
            seating,
            waiting,
            targets=targets,
            rules=Rules(
                per_seat=chat.per_seat,
                offer_seconds=chat.offer_seconds,
                same_operator_seconds=chat.same_operator_seconds,
                kept=kept_free(settings.throttle),
            ),
        )
        self.inbox = Inbox(
            floor,
            People(floor),
            receipts,
            targets=targets,
            notice=Notice(
                floor,
                NoticeText(id=intake.notice_id, zh=intake.notice_zh, en=intake.notice_en),
            ),
            emergency_words=intake.emergency_words,
            throttling=throttling,
            slow_notice=Notice(floor, slow_text(settings.throttle)),
            hint_words=hint_words(settings),
            zone=ZoneInfo(settings.site.timezone),
        )
        self.feeds = Feeds(floor.store, floor.clock, self.inbox, channels)
        self.idle = Idle(
            floor,
            talks,
            seconds=chat.idle_close_seconds,
            zh=intake.idle_zh,
            en=intake.idle_en,
        )
        self.citizen_desk = CitizenDesk(floor, line, media_dir)
        self.parts = ChatParts(
            talks=talks,
            words=Words(floor, sending),
            files=sending,
            looks=Looks(floor, records, talks),
            citizens=Citizens(floor, records),
            line=waiting,
            throttling=throttling,
            texting=Texting(floor, records, TextRules(**asdict(settings.call_sms))),
        )

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        return {
            "referee": self.referee.run,
            "outbox": self.outbox.run,
            "idle": self.idle.run,
            "files": self.files.run,
            **self.feeds.use_cases(),
        }

    def waiting_items(self) -> tuple[IntakeItem, ...]:
        """Every conversation that waits, as the line has it."""
        lined, bars = self._floor.chats.lined().values(), self._floor.bars
        return tuple(in_line(chat, self._targets, bars) for chat in lined)

    def citizens(self, key: Callable[[str], bytes]) -> CitizenParts:
        """What citizens' pages and Apps speak to; ``key`` derives the key of a purpose."""
        return CitizenParts(
            inbox=self.inbox,
            desk=self.citizen_desk,
            uploads=self.uploads,
            key=key,
            app_of=self._app_of,
        )

    def _app_of(self, key: str) -> str:
        for id_, account in self._floor.accounts.items():
            if isinstance(account.channel, AppAccount) and account.channel.opens(key):
                return id_
        return ""
