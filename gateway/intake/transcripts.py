"""What was said becomes segments: masked, numbered, written; and partials, which nobody keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from asr import wire
from asr.segment import Utterance
from asr.writing import written
from gateway.core.facts import Fact, FactKind
from gateway.core.masking import masked, masked_words, open_digits
from gateway.core.transcript import Party, Segment, Source, SpokenWord
from gateway.intake.heard_book import HeardBook
from gateway.intake.ids import new_id
from gateway.intake.streams import Stream
from gateway.ports import Clock
from gateway.ports.ears import EarsLost, Heard

CONTINUED_SECONDS = 6.0
"""Digits said so soon after digits of the same voice belong to the same number."""
MOST_VOICES = 4_000

Voice = tuple[str, Party]
Partial = Callable[[str, Party, str], None]
"""Contact, whose voice, what it says now (masked); empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What all segments of one sound have in common; ``began_at`` is the sound's second 0."""

    contact_id: str
    party: Party
    source: Source
    began_at: datetime
    operator_id: str = ""
    message_id: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class _Number:
    """Digits with which a voice stopped, and when."""

    digits: int = 0
    end_seconds: float = 0.0

    def before(self, begin_seconds: float) -> int:
        """How many of them what begins then goes on with."""
        return self.digits if begin_seconds - self.end_seconds <= CONTINUED_SECONDS else 0


def segments_of(
    heading: Heading,
    utterances: tuple[Utterance, ...],
    now: datetime,
    offset: float = 0.0,
    number: _Number | None = None,
) -> tuple[tuple[Segment, ...], _Number]:
    """Segments without their ``seq``, and the digits with which the last of them ends.

    ``offset`` is added to the utterances' times; ``number`` is what was said right before.
    """
    number, made = number or _Number(), []
    for said in utterances:
        begin, end = offset + said.begin_seconds, offset + said.end_seconds
        before = number.before(begin)
        shown = masked_words([word.text for word in said.words], before)
        words = [replace(w, text=text) for w, text in zip(said.words, shown, strict=True)]
        whole = written(said.words)
        made.append(
            Segment(
                id=new_id(now),
                contact_id=heading.contact_id,
                seq=0,
                party=heading.party,
                source=heading.source,
                begin_seconds=round(max(0.0, begin), 3),
                end_seconds=round(max(0.0, end), 3),
                at=heading.began_at + timedelta(seconds=begin),
                text=written(words),
                words=tuple(
                    SpokenWord(
                        text=word.text,
                        begin_seconds=round(max(0.0, offset + word.begin_seconds), 3),
                        end_seconds=round(max(0.0, offset + word.end_seconds), 3),
                    )
                    for word in words
                ),
                original=whole,
                raw=said.raw,
                operator_id=heading.operator_id,
                message_id=heading.message_id,
                model=heading.model,
            )
        )
        number = _Number(open_digits(whole, before), end)
    return tuple(made), number


def fact_of(heading: Heading, now: datetime) -> Fact:
    """That this voice was heard, and none of its words.

    One for a voice, not one for a segment: a long call has a thousand of those, and a contact's
    story is to be read.
    """
    return Fact(
        kind=FactKind.SEGMENT_HEARD,
        at=now,
        contact_id=heading.contact_id,
        operator_id=heading.operator_id,
        data={"party": heading.party.value, "source": heading.source.value},
    )


class Transcripts:
    """``hear`` every report of the ear; finals go to the book, partials to ``partial``."""

    def __init__(self, clock: Clock, book: HeardBook, partial: Partial) -> None:
        self._clock = clock
        self._book = book
        self._partial = partial
        self._model = ""
        self._numbers: dict[Voice, _Number] = {}
        self._told: dict[Voice, None] = {}
        """Voices whose fact is recorded, or on its way."""

    def hear(self, stream: Stream | None, report: Heard) -> None:
        """One report."""
        match report:
            case wire.Ready():
                self._model = report.model.name if report.model else ""
            case wire.Final() if stream:
                self._final(stream, report.utterance)
            case wire.Partial() if stream:
                self._shows(stream, report.text)
            case wire.Mode(live=False) | wire.Ended() if stream:
                self._shows(stream, "")
            case EarsLost():
                self._model = ""

    def _final(self, stream: Stream, utterance: Utterance) -> None:
        side, now = stream.side, self._clock.now()
        arrived_at = datetime.fromtimestamp(stream.arrived_at, tz=now.tzinfo)
        heading = Heading(
            contact_id=side.contact_id,
            party=side.party,
            source=Source.LIVE,
            began_at=arrived_at,
            operator_id=stream.operator_id,
            model=self._model,
        )
        voice = side.contact_id, side.party
        made, number = segments_of(
            heading, (utterance,), now, stream.began or 0.0, self._numbers.pop(voice, None)
        )
        self._numbers[voice] = number
        fact = () if voice in self._told else (fact_of(heading, now),)
        self._told[voice] = None
        for known in (self._numbers, self._told):
            while len(known) > MOST_VOICES:
                del known[next(iter(known))]
        self._book.put(*made, *fact)

    def _shows(self, stream: Stream, text: str) -> None:
        side = stream.side
        number = self._numbers.get((side.contact_id, side.party)) or _Number()
        now = self._clock.now().timestamp() - stream.arrived_at
        self._partial(side.contact_id, side.party, masked(text, number.before(now)))
