"""Who is followed live: so many, the smallest class first, and nobody is tossed about."""

from hypothesis import given
from hypothesis import strategies as st

from asr.admission import RECOVERY_SECONDS, STEP_SECONDS, Admission, Rank, Verdict

NAMES = st.sampled_from("abcdefgh")
RANKS = st.tuples(st.integers(0, 2), st.floats(0, 100))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["enter", "enter", "leave", "lag", "slots"]),
        NAMES,
        RANKS,
        st.floats(0, 3),
        st.integers(0, 6),
    ),
    max_size=40,
)


@given(st.integers(0, 6), STEPS)
def test_the_laws_of_admission(slots: int, steps: list[tuple[str, str, Rank, float, int]]) -> None:
    """After any history.

    Never more than the slots; a slot stands empty only when nobody waits or something was shed;
    nobody of a smaller class waits for a greater one; a live stream loses its slot only to a
    smaller class or when there are fewer slots; what is told is exactly what changed.
    """
    admission = Admission(slots)
    ranks: dict[str, Rank] = {}
    believed: dict[str, Verdict] = {}
    for n, (what, name, rank, lag, room_now) in enumerate(steps):
        before, room = set(admission.live), admission._room
        if what == "enter":
            admission.enter(name, rank)
            ranks[name] = rank
        elif what == "leave":
            admission.leave(name)
            ranks.pop(name, None)
            believed.pop(name, None)
            before.discard(name)
        elif what == "slots":
            admission.slots = room_now
        else:
            admission.lag(lag, n * 1.0)
        told = admission.settle()
        assert len({one.stream for one in told}) == len(told)
        assert all(believed.get(one.stream) != one for one in told)
        believed |= {one.stream: one for one in told}
        live = admission.live
        assert {key for key, one in believed.items() if one.live} == live
        assert believed.keys() == ranks.keys()
        waiting = ranks.keys() - live
        assert len(live) <= admission._room <= admission.slots
        assert not waiting or len(live) == admission._room
        least = min((ranks[one][0] for one in waiting), default=9)
        assert all(ranks[one][0] <= least for one in live)
        lost = before - live
        if lost and what == "enter" and admission._room == room:
            came = live - before
            assert max(ranks[one][0] for one in came) < max(ranks[one][0] for one in lost)
        assert admission.settle() == ()


def test_an_emergency_takes_the_last_slot_and_gives_it_back() -> None:
    """The one who came last loses it, and has it again when there is room."""
    admission = Admission(2)
    for name, at in (("a", 1.0), ("b", 2.0), ("c", 3.0)):
        admission.enter(name, (2, at))
    assert set(admission.settle()) == {
        Verdict("a", live=True),
        Verdict("b", live=True),
        Verdict("c", live=False, why="full"),
    }
    admission.enter("e", (0, 9.0))
    assert admission.settle() == (Verdict("b", live=False, why="full"), Verdict("e", live=True))
    admission.leave("e")
    assert admission.settle() == (Verdict("b", live=True),)


def test_a_machine_that_is_behind_sheds_partials_then_the_last_and_recovers() -> None:
    """One step for every STEP_SECONDS of lag, one back for every RECOVERY_SECONDS of calm."""
    admission = Admission(8)
    for name in "abc":
        admission.enter(name, (1, ord(name)))
    admission.settle()
    admission.lag(1.5, 0.0)
    assert (admission.partials, admission.settle()) == (False, ())
    admission.lag(1.5, STEP_SECONDS / 2)
    assert admission.settle() == ()
    admission.lag(1.5, STEP_SECONDS)
    assert admission.settle() == (Verdict("c", live=False, why="behind"),)
    admission.lag(1.5, 2 * STEP_SECONDS)
    assert admission.settle() == (Verdict("b", live=False, why="behind"),)
    admission.lag(1.5, 3 * STEP_SECONDS)
    assert admission.settle() == (), "one is always followed"
    at = 100.0
    admission.lag(0.1, at)
    back: list[Verdict] = []
    while not admission.partials:
        at += RECOVERY_SECONDS
        admission.lag(0.1, at)
        back += admission.settle()
    assert back == [Verdict("b", live=True), Verdict("c", live=True)]
    assert at <= 100 + 10 * RECOVERY_SECONDS


def test_no_slots_follow_nobody() -> None:
    """Without a model every stream is recorded only."""
    admission = Admission(0)
    admission.enter("a", (0, 0.0))
    assert admission.settle() == (Verdict("a", live=False, why="full"),)
