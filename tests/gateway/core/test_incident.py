"""What an incident's announcement may be, and who hears it when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.core.errors import IllegalMove, Invalid
from gateway.core.incident import Incident, check, ended, heard_at, is_on

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def an_incident(id: str = "a1", **more: Any) -> Incident:
    """From noon on, for an hour, for callers of 12345."""
    usual: dict[str, Any] = {
        "id": id,
        "text_zh": "人民路水管爆裂",
        "text_en": "A main has burst",
        "dids": ("12345",),
        "queue": "civil",
        "key": "1",
        "rank": 20,
        "begun_at": NOON,
        "until": NOON + timedelta(hours=1),
        "begun_by": "op-1",
    }
    return Incident(**usual | more)


def test_it_is_over_at_its_end_and_ends_once() -> None:
    """From its first moment up to its end, not with it."""
    one = an_incident()
    assert is_on(one, NOON)
    assert not is_on(one, NOON + timedelta(hours=1))
    over = ended(one, NOON + timedelta(minutes=1), "op-2")
    assert not is_on(over, NOON + timedelta(minutes=2))
    with pytest.raises(IllegalMove):
        ended(over, NOON)


def test_the_newest_of_a_number_is_heard() -> None:
    """Of several, and of none that is another number's or over."""
    newer = an_incident("a2", begun_at=NOON + timedelta(minutes=1))
    other = an_incident("a3", dids=("12315",), begun_at=NOON + timedelta(minutes=2))
    all_of_them = (newer, an_incident(), other)
    assert heard_at(all_of_them, "12345", NOON + timedelta(minutes=5)) == newer
    assert heard_at(all_of_them, "12345", NOON) == an_incident()
    assert heard_at(all_of_them, "110", NOON) is None


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"text_zh": " "}, "/text_zh"),
        ({"dids": ()}, "/dids"),
        ({"dids": ("110",)}, "/dids"),
        ({"queue": "nowhere"}, "/queue"),
        ({"key": "0"}, "/key"),
        ({"rank": 101}, "/rank"),
        ({"until": NOON}, "/until"),
        ({"until": NOON + timedelta(hours=72, seconds=1)}, "/until"),
    ],
)
def test_what_does_not_fit_is_said(wrong: dict[str, Any], pointer: str) -> None:
    """Numbers and queues of the plan only, 72 hours at most, and 0 stays a person's."""
    check(an_incident(), dids=("12345",), queues=("civil",))
    with pytest.raises(Invalid) as told:
        check(replace(an_incident(), **wrong), dids=("12345",), queues=("civil",))
    assert [one.pointer for one in told.value.problems] == [pointer]
