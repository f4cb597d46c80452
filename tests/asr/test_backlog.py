"""What was heard since the last final is kept; what cannot be kept is told. Nothing else."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.backlog import MOST_SECONDS, Backlog, Close, Pause, Piece
from asr.fed_time import FedTime
from asr.recognizer import Missed
from asr.segment import Utterance, Word


def piece(begin: float, seconds: float = 1.0) -> Piece:
    """One of so long."""
    return Piece(b"", begin, seconds, came=begin)


def ask_all(backlog: Backlog) -> list[float]:
    """Where each piece begins that is asked now."""
    asked = []
    while (entry := backlog.next(1000)) is not None:
        if isinstance(entry, Piece):
            asked.append(entry.begin_seconds)
    return asked


def test_everything_since_the_last_final_is_asked_again() -> None:
    """What was final is not."""
    backlog = Backlog()
    for at in range(5):
        backlog.add(piece(at))
    assert ask_all(backlog) == [0, 1, 2, 3, 4]
    backlog.answered(over=False)
    backlog.answered(over=True)
    backlog.answered(over=False)
    backlog.again()
    assert not backlog.caught_up
    assert ask_all(backlog) == [2, 3, 4]
    backlog.answered(over=False)
    assert backlog.caught_up
    assert backlog.take_missed() == ()


def test_no_more_than_so_many_are_on_their_way() -> None:
    """The rest waits here, where it can be given to another."""
    backlog = Backlog()
    for at in range(3):
        backlog.add(piece(at))
    assert backlog.next(2)
    assert backlog.next(2)
    assert backlog.next(2) is None
    backlog.answered(over=False)
    assert backlog.next(2)


def test_what_nobody_takes_is_missed_as_one_part() -> None:
    """A full buffer refuses the newest; it is told once there is room again, or at the end."""
    backlog = Backlog()
    for at in range(int(MOST_SECONDS) + 5):
        backlog.add(piece(at))
    backlog.add(Close())
    assert backlog.take_missed() == (Missed(MOST_SECONDS, MOST_SECONDS + 5),)


def test_a_long_utterance_is_missed_only_if_its_recogniser_dies() -> None:
    """It had heard the beginning; the next one cannot be given that."""
    backlog = Backlog()
    for at in range(int(MOST_SECONDS) + 5):
        backlog.add(piece(at))
        backlog.next(1)
        backlog.answered(over=False)
    assert backlog.take_missed() == ()
    backlog.again()
    assert backlog.take_missed() == (Missed(0, 5),)


def test_deadly_sound_is_given_up() -> None:
    """All of it is missed; the pause and the close in it stay."""
    backlog = Backlog()
    for entry in (piece(0), Pause(), piece(1), Close()):
        backlog.add(entry)
    ask_all(backlog)
    backlog.give_up()
    assert backlog.take_missed() == (Missed(0, 2),)
    assert [backlog.next(9), backlog.next(9), backlog.next(9)] == [Pause(), Close(), None]


def test_the_oldest_is_what_nobody_has_answered() -> None:
    """While another recogniser catches up, too: that is the lag."""
    backlog = Backlog()
    for at in range(3):
        backlog.add(piece(at))
    ask_all(backlog)
    backlog.answered(over=False)
    backlog.again()
    assert backlog.oldest == piece(1)
    assert backlog.unheard == (1, 3)
    ask_all(backlog)
    for _ in range(3):
        backlog.answered(over=False)
    assert backlog.oldest is None
    assert backlog.unheard is None


@dataclass
class Run:
    """A backlog and what a watcher knows: every piece is final, missed, or still inside."""

    backlog: Backlog = field(default_factory=Backlog)
    at: float = 0.0
    since_final: list[Piece] = field(default_factory=list)
    final: float = 0.0
    missed: float = 0.0

    def does(self, what: str) -> None:
        """One step."""
        match what:
            case "add":
                self.backlog.add(piece(self.at, 4.0))
                self.at += 4.0
            case "ask":
                self.backlog.next(3)
            case "answer" | "final":
                entry = self.backlog.answered(over=what == "final")
                if isinstance(entry, Piece):
                    self.since_final.append(entry)
                if what == "final" and entry is not None:
                    self.final = max([self.final, *(each.end_seconds for each in self.since_final)])
                    self.since_final.clear()
            case "again":
                self.backlog.again()
                self.since_final.clear()
        for each in self.backlog.take_missed():
            self.missed += each.end_seconds - each.begin_seconds


@given(st.lists(st.sampled_from(["add", "add", "ask", "ask", "answer", "final", "again"])))
def test_whatever_happens_no_sound_is_lost_in_silence(steps: list[str]) -> None:
    """At the end each piece was final or missed; none is kept beyond the limit."""
    run = Run()
    for step in steps:
        run.does(step)
    run.backlog.add(Close())
    for _ in range(len(steps) + 1):
        run.does("ask")
        run.does("final")
    assert run.backlog.oldest is None
    assert run.backlog.unheard is None
    assert run.missed <= run.at
    assert run.final + run.missed >= run.at or run.at == 0


@given(
    st.lists(
        st.tuples(st.floats(0.02, 5), st.booleans(), st.floats(0.1, 100)), min_size=1, max_size=20
    )
)
def test_words_stand_where_they_were_said(pieces: list[tuple[float, bool, float]]) -> None:
    """A word within a piece has that piece's place, whatever silence was left out before."""
    fed_time, fed, at = FedTime(), 0.0, 0.0
    for seconds, gap, silence in pieces:
        at += silence if gap else 0.0
        fed_time.feed(at, seconds)
        word = Word(raw="喂", text="喂", begin_seconds=fed, end_seconds=fed + seconds)
        placed = fed_time.placed(Utterance(words=(word,)))
        assert placed.begin_seconds == pytest.approx(at, abs=0.01)
        assert placed.end_seconds == pytest.approx(at + seconds, abs=0.01)
        fed += seconds
        at += seconds
