"""Laws of complaints about staff: one rule, whatever it is asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import IllegalMove, Invalid
from gateway.core.item import IntakeItem, ItemKind
from gateway.core.staff_complaint import (
    MOST_CONCERNED,
    Bars,
    ComplaintSource,
    StaffComplaint,
    closed,
    followed,
    lately,
    named,
    set_apart,
    with_apart,
)
from tests.complaint_rows import NOON, a_staff_complaint

PEOPLE = st.sampled_from(["li", "wu", "sun", "boss"])
CONTACTS = st.sampled_from(["c-1", "c-2", "c-3"])
COMPLAINTS = st.builds(
    StaffComplaint,
    id=st.uuids().map(str),
    contacts=st.lists(CONTACTS, min_size=1, unique=True).map(tuple),
    identities=st.lists(st.sampled_from(["i-1", "i-2"]), unique=True).map(tuple),
    concerned=st.lists(PEOPLE, unique=True).map(tuple),
    source=st.sampled_from(ComplaintSource),
    since=st.just(NOON),
)
QUEUES = st.sampled_from(["civil", "tax"])


def learned(complaints: list[StaffComplaint]) -> Bars:
    """What a gateway knows of them."""
    bars = Bars()
    for one in complaints:
        for contact_id in one.contacts:
            bars.learn(contact_id, one.concerned)
    return bars


@given(st.lists(COMPLAINTS), PEOPLE, CONTACTS)
def test_a_contact_is_barred_when_one_complaint_says_so(
    complaints: list[StaffComplaint], who: str, contact_id: str
) -> None:
    """Open or closed, in whatever order they are learned; and by nothing else."""
    expected = any(who in one.concerned and contact_id in one.contacts for one in complaints)
    ended = [closed(one, "nobody", NOON, "已办结") for one in complaints]
    for some in (complaints, complaints[::-1], ended):
        assert learned(some).bars(who, contact_id) is expected
        assert any(one.bars(who, contact_id) for one in some) is expected


@given(st.lists(COMPLAINTS), PEOPLE, st.dictionaries(CONTACTS, QUEUES), st.sets(QUEUES))
def test_the_line_shows_a_head_to_whoever_may_have_it_and_to_nobody_else(
    complaints: list[StaffComplaint], who: str, waiting: dict[str, str], serves: set[str]
) -> None:
    """By the queues that it is asked for: theirs, unless it is kept from them."""
    bars = learned(complaints)
    skills = with_apart(dict.fromkeys(serves, 0), who, waiting, bars)
    for id_, queue in waiting.items():
        item = set_apart(an_item(id_, queue, wanted=who), bars)
        barred = bars.bars(who, id_)
        assert (item.queue in skills) is (queue in serves and not barred)
        assert (item.wanted_operator == who) is not barred
        assert set_apart(an_item(id_, queue), bars).rank == an_item(id_, queue).rank


def an_item(id_: str, queue: str, wanted: str = "") -> IntakeItem:
    """A conversation that waits."""
    return IntakeItem(
        id=id_,
        kind=ItemKind.CHAT,
        queue=queue,
        emergency=False,
        since=NOON,
        due_at=NOON + timedelta(minutes=3),
        wanted_operator=wanted,
    )


@given(COMPLAINTS, PEOPLE, st.lists(PEOPLE))
def test_naming_only_adds_and_never_the_one_who_marks(
    complaint: StaffComplaint, marker: str, more: list[str]
) -> None:
    """Nobody is let in again, nobody stands in it twice, nobody marks it against themselves."""
    if marker in (*complaint.concerned, *more):
        with pytest.raises(Invalid):
            named(complaint, more, marker)
        return
    after = named(complaint, more, marker)
    assert set(after.concerned) == {*complaint.concerned, *more}
    assert len(after.concerned) == len(set(after.concerned))


@given(COMPLAINTS, PEOPLE)
def test_it_is_closed_once_with_a_result_by_somebody_who_is_not_concerned(
    complaint: StaffComplaint, by: str
) -> None:
    """Afterwards it shields nobody's citizen any more, names nobody more, and bars as before."""
    if by in complaint.concerned:
        with pytest.raises(Invalid):
            closed(complaint, by, NOON, "已办结")
        return
    with pytest.raises(Invalid):
        closed(complaint, by, NOON, " ")
    done = closed(complaint, by, NOON, " 已办结 ")
    assert done.result == "已办结"
    assert not any(done.shields(who, {"i-1", "i-2"}) for who in done.concerned)
    with pytest.raises(IllegalMove):
        closed(done, by, NOON, "已办结")
    with pytest.raises(IllegalMove):
        named(done, ("x",), by)


def test_an_open_one_shields_the_citizen_from_whoever_is_concerned() -> None:
    """By any of their identities, and from nobody else."""
    one = a_staff_complaint(identities=("i-1", "i-2"))
    assert one.shields("op-li", {"i-2", "i-9"})
    assert not one.shields("op-li", {"i-9"})
    assert not one.shields("op-wu", {"i-1"})


def test_it_goes_on_in_another_contact_once() -> None:
    """We called back."""
    one = followed(a_staff_complaint(), "c-2")
    assert one.contacts == ("c-1", "c-2")
    assert followed(one, "c-2") is one


@given(
    st.lists(st.tuples(st.integers(-60, 0), PEOPLE | st.just(""))),
)
def test_lately_is_whoever_served_since_then_the_latest_first(
    served: list[tuple[int, str]],
) -> None:
    """Each once; who served before then is left out."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    days = [(now + timedelta(days=day), who) for day, who in served]
    found = lately(days, now - timedelta(days=30))
    assert set(found) == {who for day, who in served if who and day >= -30}
    assert len(found) == len(set(found)) <= MOST_CONCERNED
    newest = {who: max(day for day, one in served if one == who) for who in found}
    assert [newest[who] for who in found] == sorted(newest.values(), reverse=True)
