"""Everything about what is heard, put together: the ear, and the use cases that listen to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from config.settings import Settings
from gateway.app.city import city_of
from gateway.app.from_settings import recordings_of
from gateway.intake.after_call import AfterCall
from gateway.intake.alarms import Alarms
from gateway.intake.floor import Floor
from gateway.intake.heard_book import HeardBook
from gateway.intake.heard_screens import HeardScreens
from gateway.intake.last_words import LastWords
from gateway.intake.listening import Listening
from gateway.intake.records import Records
from gateway.intake.transcript_desk import TranscriptDesk
from gateway.intake.transcripts import Transcripts
from gateway.intake.unheard import Unheard
from gateway.intake.word_search import WordSearch
from gateway.ports import Phones
from gateway.ports.files import SpeechOf
from gateway.speech.ear_command import ear_command
from gateway.speech.ear_process import EarProcess
from gateway.speech.model_choice import ModelUnusable, calibration_file, model_in_use
from gateway.web.uses import HeardParts

log = structlog.get_logger()


def _command(settings: Settings) -> tuple[str, ...] | None:
    """How the ear is started; a model that cannot be used is said, and the ear has none then."""
    speech, data = settings.speech, settings.data_dir
    model: Path | None = None
    try:
        found = model_in_use(speech, data) if speech.enabled else None
        model = found.path if found else None
    except ModelUnusable as unusable:
        log.warning("model_unusable", zh=unusable.zh, en=unusable.en)
    return ear_command(speech, model=model, calibration=calibration_file(data))


@asynccontextmanager
async def opened_ears(settings: Settings) -> AsyncIterator[EarProcess]:
    """The ear, which comes up in its own time; off by setting."""
    async with EarProcess(await asyncio.to_thread(_command, settings)) as ears:
        yield ears


class Speech:
    """The use cases of what is heard over one floor; ``use_cases`` run for ever.

    With speech off only the screens say so, and alarms of before can be seen to.
    """

    def __init__(
        self,
        settings: Settings,
        floor: Floor,
        ears: EarProcess,
        *,
        phones: Phones,
        sounds: SpeechOf,
    ) -> None:
        speech = settings.speech
        words = settings.intake.emergency_words if speech.emergency_words else ()
        self.book = HeardBook(floor)
        self.alarms = Alarms(floor, self.book, words, city_of(settings))
        self.last_words = LastWords(floor.clock)
        self._ears = ears
        self._hearing: dict[str, Callable[[], Awaitable[None]]] = {}
        listening: Listening | None = None
        if speech.enabled:
            listening = Listening(
                floor,
                phones,
                ears,
                host=settings.asterisk.agi_host,
                urgent=self.alarms.urgent,
                may_begin=lambda: unheard.looked_back,
            )
            unheard = Unheard(floor, self.book, listening.hears)
            after_call = AfterCall(
                floor,
                ears,
                listening,
                self.book,
                self.alarms,
                recordings=recordings_of(settings),
                sounds=sounds,
            )
            self._hearing = {
                "listening": listening.run,
                "unheard": unheard.run,
                "after_call": after_call.run,
            }
        self.screens = HeardScreens(floor, self.book, self.alarms, listening)
        if listening:
            transcripts = Transcripts(floor.clock, self.book, self.screens.partial)
            heard = (unheard.hear, self.alarms.hear, self.last_words.hear, transcripts.hear)
            listening.hearers += heard

    def health(self) -> Mapping[str, str]:
        """``speech`` as a part: up, or why not; nothing when it is off."""
        ears = self._ears
        if ears.state == "off":
            return {}
        return {"speech": "no-model" if ears.ready and not ears.ready.model else ears.state}

    def parts(self, records: Records) -> HeardParts:
        """What the web asks of it."""
        return HeardParts(
            transcripts=TranscriptDesk(
                self.book.floor,
                records,
                last_seq=self.book.last_seq,
                privacy_is=self.screens.privacy_is,
            ),
            words=WordSearch(self.book.floor.store, self.book.floor.clock),
            alarms=self.alarms,
            screens=self.screens,
        )

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        return {
            "heard_book": self.book.run,
            "heard_screens": self.screens.run,
            **self._hearing,
        }
