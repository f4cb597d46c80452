"""What a stream tells and asks, with a recogniser whose every answer the test gives."""

from dataclasses import dataclass, field

from asr.backlog import Close, Entry, Pause, Piece
from asr.frames import Answer
from asr.hearing import MOST_ASKED, MOST_ASKED_BACKGROUND, Stream
from asr.recognizer import Done, Interrupted, Missed, Partial, Resumed, Said
from asr.segment import Utterance, Word

SECOND = bytes(16000)


@dataclass
class LinkPeer:
    """Implements asr.hearing.Link: keeps what it is asked."""

    asked: list[Entry] = field(default_factory=list)
    here: list[Stream] = field(default_factory=list)

    def begin(self, stream: Stream) -> None:
        """It comes."""
        self.here.append(stream)

    def send(self, stream: Stream, entry: Entry) -> None:
        """Asked."""
        assert stream in self.here
        self.asked.append(entry)

    def leave(self, stream: Stream) -> None:
        """It goes."""
        self.here.remove(stream)


@dataclass
class Clock:
    """Turned by the test."""

    now: float = 100.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


@dataclass
class Scene:
    """A stream on a link."""

    said: list[Said] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    link: LinkPeer = field(default_factory=LinkPeer)
    background: bool = False

    def __post_init__(self) -> None:
        self.stream = Stream(self.said.append, self.clock, rate=8000, background=self.background)
        self.stream.attach(self.link)


def heard(begin: float, end: float) -> Utterance:
    """One word."""
    return Utterance(words=(Word(raw="喂", text="喂", begin_seconds=begin, end_seconds=end),))


def test_frames_become_pieces() -> None:
    """Of 100 ms; a pause and a close take with them what is not a whole one."""
    scene = Scene()
    for at in range(7):
        scene.stream.feed(bytes(320), at * 0.02)
    scene.stream.pause()
    scene.stream.feed(bytes(320), 5.0)
    scene.stream.close()
    sizes = [len(each.pcm) if isinstance(each, Piece) else each for each in scene.link.asked]
    assert sizes == [1600, 640, Pause(), 320, Close()]


def test_a_gap_begins_a_piece() -> None:
    """Sound from two places never shares one."""
    scene = Scene()
    scene.stream.feed(bytes(320), 0.0)
    scene.stream.feed(bytes(320), 9.0)
    scene.stream.close()
    begins = [each.begin_seconds for each in scene.link.asked if isinstance(each, Piece)]
    assert begins == [0.0, 9.0]


def test_so_much_is_on_its_way_and_no_more() -> None:
    """The rest waits here; what is not live takes one turn at a time."""
    for background, most in ((False, MOST_ASKED), (True, MOST_ASKED_BACKGROUND)):
        scene = Scene(background=background)
        for at in range(5):
            scene.stream.feed(SECOND, float(at))
        assert len(scene.link.asked) == most
        scene.stream.answered(Answer())
        assert len(scene.link.asked) == most + 1


def test_the_lag_is_the_age_of_what_has_no_answer() -> None:
    """In seconds of the clock; none when all is answered."""
    scene = Scene()
    assert scene.stream.lag_seconds == 0.0
    scene.stream.feed(bytes(1600), 0.0)
    scene.clock.now += 2
    scene.stream.feed(bytes(1600), 0.1)
    assert scene.stream.lag_seconds == 2.0
    assert scene.stream.unheard == (0.0, 0.2)
    scene.stream.answered(Answer())
    assert scene.stream.lag_seconds == 0.0 + 0.0
    scene.stream.answered(Answer())
    assert scene.stream.unheard is None


def test_a_lost_recogniser_is_told_once_and_so_is_the_next() -> None:
    """Resumed comes when the next has answered all that the last one had."""
    scene = Scene()
    scene.stream.feed(bytes(3200), 0.0)
    scene.stream.answered(Answer(partial="喂"))
    scene.stream.lost(suspect=False)
    scene.stream.lost(suspect=False)
    scene.stream.attach(scene.link)
    assert scene.said == [Partial("喂"), Interrupted()]
    scene.stream.answered(Answer(partial="喂"))
    assert scene.said == [Partial("喂"), Interrupted(), Resumed()]


def test_what_was_final_is_not_said_again() -> None:
    """Only what came after it goes to the next recogniser, with its own times."""
    scene = Scene()
    scene.stream.feed(bytes(3200), 4.0)
    scene.stream.answered(Answer(utterance=heard(0.0, 0.1), over=True))
    scene.stream.answered(Answer())
    scene.stream.lost(suspect=False)
    second = LinkPeer()
    scene.stream.attach(second)
    assert [each.begin_seconds for each in second.asked if isinstance(each, Piece)] == [4.1]
    scene.stream.answered(Answer(utterance=heard(0.0, 0.1), over=True))
    begins = [each.begin_seconds for each in scene.said if isinstance(each, Utterance)]
    assert begins == [4.0, 4.1]


def test_sound_that_kills_twice_is_given_to_nobody_else() -> None:
    """It is missed; what comes after is heard, and the close is not forgotten."""
    scene = Scene()
    scene.stream.feed(bytes(1600), 0.0)
    for _ in range(2):
        scene.stream.lost(suspect=True)
        scene.stream.attach(scene.link)
    assert Missed(0.0, 0.1) in scene.said
    before = len(scene.link.asked)
    scene.stream.feed(bytes(1600), 0.1)
    scene.stream.close()
    assert len(scene.link.asked) == before + 2


def test_others_may_die_without_its_fault() -> None:
    """However often; only sound in hand is suspect."""
    scene = Scene()
    scene.stream.feed(bytes(1600), 0.0)
    for _ in range(5):
        scene.stream.lost(suspect=False)
        scene.stream.attach(scene.link)
    assert not [each for each in scene.said if isinstance(each, Missed)]


def test_a_partial_is_told_when_it_changes_and_taken_back_at_an_empty_end() -> None:
    """Nothing stays on a screen that was no word."""
    scene = Scene()
    scene.stream.feed(bytes(6400), 0.0)
    for answer in (
        Answer(partial="喂"),
        Answer(partial="喂"),
        Answer(over=True),
        Answer(over=True),
    ):
        scene.stream.answered(answer)
    assert scene.said == [Partial("喂"), Partial("")]


def test_sound_that_cannot_be_recognised_is_missed() -> None:
    """Piece by piece."""
    scene = Scene()
    scene.stream.feed(bytes(1600), 0.0)
    scene.stream.answered(Answer(fault="sound-unusable", over=True))
    assert scene.said == [Missed(0.0, 0.1)]


def test_done_is_the_last_word() -> None:
    """After it the link is free, and nothing that is fed matters."""
    scene = Scene()
    scene.stream.feed(bytes(1600), 0.0)
    scene.stream.close()
    scene.stream.answered(Answer())
    scene.stream.answered(Answer(utterance=heard(0.0, 0.1), over=True))
    assert scene.said == [heard(0.0, 0.1), Done()]
    assert scene.link.here == []
    scene.stream.feed(SECOND, 1.0)
    assert len(scene.link.asked) == 2
