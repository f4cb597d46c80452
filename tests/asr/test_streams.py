"""Streams from the moment they are expected to their last word, whatever happens on the way.

Every second of a stream is followed live or told as missed.
"""

import pytest

from asr import recognizer, wire
from asr.admission import STEP_SECONDS
from asr.audiosocket import Frame, Kind
from asr.hot_words import HotWords
from asr.recognizer import Done
from asr.streams import EXPECTED_SECONDS, Streams
from asr.tap import LAST_WORDS_SECONDS, RETRY_SECONDS
from tests.peers.asterisk_tap_peer import QUIET
from tests.peers.recognizers_peer import HearingPeer, RecognizersPeer, utterance
from tests.peers.speaker import FIRE, speak

SPOKEN = QUIET * 10


class LinePeer:
    """Implements ``Line``."""

    def __init__(self) -> None:
        self.closed = False

    def send(self, frame: Frame) -> None:
        """Nothing is ever sent to a tap."""
        raise AssertionError(frame)

    def farewell(self) -> None:
        """A tap has no dialplan."""
        raise AssertionError

    def close(self) -> None:
        """Noted."""
        self.closed = True


class World:
    """Streams on a clock that the test turns."""

    def __init__(self, *, slots: int = 2, most: int = 8, done_at_close: bool = True) -> None:
        self.at = 1000.0
        self.said: list[wire.Report] = []
        self.recognizers = RecognizersPeer(done_at_close=done_at_close)
        self.streams = Streams(
            self.recognizers,
            self.said.append,
            now=lambda: self.at,
            unix=lambda: self.at + 1.7e9,
            hot_words=HotWords(["人民路"]),
            most=most,
        )
        self.streams.slots = slots

    def hears(self, name: str, frames: int, frame: bytes = QUIET) -> None:
        """Sound of its tap, in real time; the first brings its tap."""
        if guest := self.streams.admit(name):
            guest.came(LinePeer())
        for _ in range(frames):
            self.at += 0.02
            self.streams._streams[name].took(Frame(Kind.SLIN8, frame))

    def hears_speech(self, name: str) -> None:
        """A sentence, not its end."""
        voice = (speak(FIRE, before=0.1, after=0.0) * 32000).astype("<i2").tobytes()
        for at in range(0, len(voice) - 319, 320):
            self.hears(name, 1, voice[at : at + 320])

    def live(self, name: str, rank: tuple[int, float] = (2, 0.0)) -> HearingPeer:
        """A stream that is here and followed."""
        self.streams.expect(name, rank)
        self.hears(name, 5)
        return self.recognizers.opened[-1]

    def gone(self, name: str) -> None:
        """Its tap ends."""
        self.streams._streams[name].gone()

    def ticks(self, seconds: float) -> None:
        """Time passes."""
        self.at += seconds
        self.streams.tick()

    def of(self, name: str) -> list[wire.Report]:
        """What was said of it."""
        return [one for one in self.said if getattr(one, "stream", "") == name]

    def missed(self, name: str) -> list[tuple[float, float]]:
        """Where nobody listened, to the hundredth."""
        return [
            (round(one.begin_seconds, 2), round(one.end_seconds, 2))
            for one in self.of(name)
            if isinstance(one, wire.Missed)
        ]

    def modes(self, name: str) -> list[tuple[bool, str]]:
        """How it was followed."""
        return [(one.live, one.why) for one in self.of(name) if isinstance(one, wire.Mode)]


def test_a_stream_begins_with_its_first_sound() -> None:
    """The time is that of the first sample, on the machine's clock."""
    it = World()
    it.streams.expect("a", (2, 0.0))
    it.at += 3
    it.hears("a", 1)
    assert it.said == [
        wire.Began(stream="a", at=it.at + 1.7e9 - 0.02),
        wire.Mode(stream="a", live=True),
    ]


def test_who_does_not_come_in_time_is_over_and_not_let_in_later() -> None:
    """The limit."""
    it = World()
    it.streams.expect("a", (2, 0.0))
    it.ticks(EXPECTED_SECONDS)
    assert it.streams.admit("a")
    it.ticks(0.1)
    assert it.said == [wire.Ended(stream="a", seconds=0.0)]
    assert it.streams.admit("a") is None


def test_more_streams_than_the_limit_end_at_once() -> None:
    """Those who are here stay."""
    it = World(most=1)
    it.streams.expect("a", (2, 0.0))
    it.streams.expect("b", (2, 0.0))
    assert it.said == [wire.Ended(stream="b", seconds=0.0)]
    assert it.streams.admit("a")


def test_silence_is_not_recognised() -> None:
    """A minute of it costs nothing; speech does go through, with the time it was said at."""
    it = World()
    hearing = it.live("a")
    it.hears("a", 3000)
    assert hearing.fed == []
    it.hears_speech("a")
    assert 59.7 < hearing.fed[0][1] < 61.0
    it.hears("a", 60)
    assert hearing.pauses == 1


def test_a_tap_that_stops_in_the_middle_of_speech_is_a_pause() -> None:
    """A leg that is put on hold sends nothing."""
    it = World()
    hearing = it.live("a")
    it.hears_speech("a")
    it.ticks(0.9)
    assert hearing.pauses == 0
    it.ticks(0.2)
    it.ticks(0.2)
    assert hearing.pauses == 1


def test_a_leg_that_sent_nothing_missed_nothing_and_what_follows_has_its_true_time() -> None:
    """10 s of a telephone that sends no silence."""
    it = World()
    it.live("a")
    it.at += 10
    it.hears("a", 20)
    it.gone("a")
    assert it.missed("a") == []
    (ended,) = [one for one in it.of("a") if isinstance(one, wire.Ended)]
    assert ended.seconds == pytest.approx(it.at - 1000)


def test_what_is_half_said_when_a_slot_is_lost_is_missed_until_it_is_back() -> None:
    """From the begin of what was not final."""
    it = World(slots=1)
    hearing = it.live("a")
    it.hears_speech("a")
    since = round(hearing.fed[0][1], 2)
    urgent = it.live("b", (0, 0.0))
    assert hearing.dropped
    it.hears("a", 50)
    hearing.say(utterance("late"))
    it.gone("b")
    assert it.recognizers.opened[1] is urgent
    assert it.modes("a") == [(True, ""), (False, "full"), (True, "")]
    (whole,) = [(min(b for b, _ in it.missed("a")), max(e for _, e in it.missed("a")))]
    assert whole == (since, round(it.streams._streams["a"]._timeline.seconds, 2))
    assert not any(isinstance(one, wire.Final) for one in it.said)


def test_what_was_final_is_not_missed() -> None:
    """Only what came after it."""
    it = World(slots=1)
    hearing = it.live("a")
    it.hears_speech("a")
    it.hears("a", 60)
    hearing.say(utterance("火", 0.5, 2.0))
    it.live("b", (0, 0.0))
    assert it.missed("a") == []


def test_a_lag_sheds_partials_then_the_last_stream() -> None:
    """And says so."""
    it = World()
    first, last = it.live("a", (1, 0.0)), it.live("b", (2, 0.0))
    last.lag_seconds = 1.4
    it.ticks(0.25)
    it.ticks(0.25)
    assert (first.partials, last.partials) == (False, False)
    assert wire.Partial(stream="a", text="") in it.said
    it.ticks(STEP_SECONDS)
    assert it.modes("b") == [(True, ""), (False, "behind")]
    assert (last.dropped, first.dropped) == (True, False)


def test_a_recogniser_that_is_replaced_is_a_mode_and_no_lag() -> None:
    """What it keeps meanwhile is old when it is back, but nobody is shed for it."""
    it = World()
    hearing = it.live("a")
    hearing.say(recognizer.Interrupted())
    hearing.lag_seconds = 9.0
    it.ticks(STEP_SECONDS)
    it.ticks(STEP_SECONDS)
    hearing.say(recognizer.Missed(0.0, 0.1), recognizer.Resumed())
    assert it.modes("a") == [(True, ""), (False, "engine"), (True, "")]
    assert it.missed("a") == [(0.0, 0.1)]


def test_an_engine_that_is_away_is_tried_again() -> None:
    """What was said meanwhile is missed."""
    it = World()
    it.recognizers.away = True
    it.streams.expect("a", (2, 0.0))
    it.hears("a", 10)
    it.recognizers.away = False
    it.ticks(RETRY_SECONDS + 0.1)
    assert it.modes("a") == [(False, "engine"), (True, "")]
    assert it.missed("a") == [(0.0, 0.2)]


def test_last_words_have_a_limit() -> None:
    """A recogniser that does not answer: what it did not say is missed."""
    it = World(done_at_close=False)
    hearing = it.live("a")
    it.hears_speech("a")
    it.gone("a")
    assert hearing.closed
    hearing.unheard = (1.0, 2.0)
    it.ticks(LAST_WORDS_SECONDS - 1)
    assert not any(isinstance(one, wire.Ended) for one in it.said)
    it.ticks(2)
    assert len(it.missed("a")) == 1
    assert isinstance(it.of("a")[-1], wire.Ended)


def test_a_slot_is_free_when_the_sound_is_over() -> None:
    """Last words do not keep others waiting."""
    it = World(slots=1, done_at_close=False)
    first = it.live("a")
    it.streams.expect("b", (2, 1.0))
    it.hears("b", 5)
    it.gone("a")
    assert it.modes("b") == [(False, "full"), (True, "")]
    first.say(utterance("火"), Done())
    assert [type(one) for one in it.of("a")[-2:]] == [wire.Final, wire.Ended]


def test_names_of_the_city_are_written_as_they_are() -> None:
    """In partials and finals; what the recogniser said stays."""
    it = World()
    hearing = it.live("a")
    hearing.say(recognizer.Partial("仁民路"), utterance("仁民录停水"))
    partial, final = it.of("a")[-2:]
    assert partial == wire.Partial(stream="a", text="人民路")
    assert isinstance(final, wire.Final)
    (word,) = final.utterance.words
    assert (word.text, word.raw) == ("人民路停水", "仁民录停水")


def test_another_number_of_slots_is_another_choice() -> None:
    """None while nothing recognises, some when something does again."""
    it = World(slots=0)
    it.streams.expect("a", (2, 0.0))
    it.hears("a", 5)
    it.streams.slots = 1
    assert it.modes("a") == [(False, "full"), (True, "")]
