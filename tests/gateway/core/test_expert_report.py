"""Laws of the answered rates: everybody who was asked is counted once, and only once."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.expert_report import report
from gateway.core.guest import Guest
from gateway.core.guest_kind import GuestEnd, GuestRole
from tests.guest_rows import a_guest
from tests.store_world import NOON

ENDS = st.sampled_from(GuestEnd)
GUESTS = st.lists(
    st.builds(
        a_guest,
        st.uuids().map(lambda id_: id_.hex),
        st.just("c1"),
        target_id=st.sampled_from(["e1", "e2", "e3"]),
        role=st.sampled_from([GuestRole.EXPERT, GuestRole.DISPATCHER]),
        asked_at=st.just(NOON),
        end=ENDS,
        answered_at=st.none() | st.integers(1, 60).map(lambda s: NOON + timedelta(seconds=s)),
    )
)


@given(GUESTS)
def test_the_parts_are_the_whole(guests: list[Guest]) -> None:
    """Experts and departments add up to all, and each figure's parts to its asked."""
    found = report(guests, {"e1": "a", "e2": "a", "e3": "b"})
    decided = [
        one
        for one in guests
        if one.role is GuestRole.EXPERT and (one.answered_at or one.end is not GuestEnd.NONE)
    ]
    assert found.whole.asked == len(decided)
    for level in (found.experts, found.departments):
        assert sum(one.asked for one in level.values()) == found.whole.asked
        assert sum(one.answered for one in level.values()) == found.whole.answered
    for one in (found.whole, *found.experts.values(), *found.departments.values()):
        parts = one.answered + one.no_answer + one.busy + one.rejected + one.unreachable
        assert parts + one.withdrawn == one.asked
        assert one.rate is None or 0 <= one.rate <= 1
        assert (one.ring_seconds is None) is (one.answered == 0)


def test_the_mean_ring_and_the_rate() -> None:
    """Who was taken back by us counts neither way; a removed expert's department is unknown."""
    rung = [
        a_guest("1", "c1", asked_at=NOON, answered_at=NOON + timedelta(seconds=4)),
        a_guest("2", "c1", asked_at=NOON, answered_at=NOON + timedelta(seconds=8)),
        a_guest("3", "c1", asked_at=NOON, end=GuestEnd.NO_ANSWER),
        a_guest("4", "c1", asked_at=NOON, end=GuestEnd.WITHDRAWN),
    ]
    found = report(rung, {})
    assert (found.whole.asked, found.whole.answered, found.whole.withdrawn) == (4, 2, 1)
    assert found.whole.ring_seconds == 6
    assert found.whole.rate == 2 / 3
    assert list(found.departments) == [""]
