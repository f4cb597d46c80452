"""The smallest change that makes a phone a member of exactly these queues."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.telephony.ami_codec import parse
from gateway.telephony.ami_members import Membership, changes, memberships

MINE, OTHER = "PJSIP/seat-8001", "PJSIP/desk-8001"
QUEUES = st.sampled_from(["civil", "enterprise", "fallback", "night"])


def member(
    queue: str, penalty: int = 0, interface: str = MINE, *, static: bool = False
) -> Membership:
    """One membership."""
    return Membership(
        queue=queue, interface=interface, penalty=penalty, paused=False, static=static
    )


def test_from_asterisks_list() -> None:
    """Only members, static ones marked."""
    lines = b"Event: QueueMember\r\nQueue: civil\r\nLocation: PJSIP/seat-8001\r\nPenalty: 3\r\n"
    found = memberships(
        [
            parse(lines + b"Membership: dynamic\r\nPaused: 1"),
            parse(lines + b"Membership: static\r\nPaused: 0"),
            parse(b"Event: QueueParams\r\nQueue: civil"),
        ]
    )
    assert [(each.penalty, each.paused, each.static) for each in found] == [
        (3, True, False),
        (3, False, True),
    ]


def test_a_static_membership_is_left_alone() -> None:
    """Neither removed nor changed nor added again."""
    have = [member("fallback", 90, static=True), member("civil", 90, OTHER, static=True)]
    plan = changes(have, MINE, {"fallback": 50})
    assert (dict(plan.add), dict(plan.penalty), plan.remove) == ({}, {}, ())


@given(
    st.dictionaries(st.tuples(QUEUES, st.sampled_from([MINE, OTHER])), st.integers(0, 3)),
    st.dictionaries(QUEUES, st.integers(0, 3)),
)
def test_after_the_changes_it_is_exactly_so(
    have: dict[tuple[str, str], int], skills: dict[str, int]
) -> None:
    """Whatever there was, and doing it again changes nothing."""
    plan = changes([member(q, p, i) for (q, i), p in have.items()], MINE, skills)
    after = {key: penalty for key, penalty in have.items() if key not in plan.remove}
    after |= {(queue, MINE): penalty for queue, penalty in plan.add.items()}
    after |= {(queue, MINE): penalty for queue, penalty in plan.penalty.items()}
    assert after == {(queue, MINE): penalty for queue, penalty in skills.items()}
    again = changes([member(q, p, i) for (q, i), p in after.items()], MINE, skills)
    assert (again.add, again.penalty, again.remove) == ({}, {}, ())
