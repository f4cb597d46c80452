"""What a leader's day may be, what leads there, and what came of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.core.call import Call, Outcome
from gateway.core.callback import CallbackState
from gateway.core.contact import ContactRecord, Disposition
from gateway.core.errors import IllegalMove, Invalid
from gateway.core.leader_day import (
    Choices,
    LeaderDay,
    cancelled,
    check,
    is_on,
    next_turn,
    reached_from,
    sound,
    words,
)
from gateway.core.leader_report import report
from gateway.core.line import Origin
from gateway.core.promise import PromiseState
from tests.expert_rows import a_promise

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""In Shanghai."""
HOUR = timedelta(hours=1)
CHOICES = Choices(
    dids=("12345", "12315"), seats=("8001", "8002", "8003"), queues=("leaders", "heads"), keys="78"
)


def a_day(id: str = "a1", **more: Any) -> LeaderDay:
    """From nine to eleven at 8001, with key 8."""
    usual: dict[str, Any] = {
        "id": id,
        "begins_at": NINE,
        "ends_at": NINE + 2 * HOUR,
        "name": "张三",
        "title": "副市长",
        "department": "市政府",
        "seat": "8001",
        "assistant": "8002",
        "queue": "leaders",
        "key": "8",
        "dids": ("12345",),
        "booked_by": "op-1",
        "booked_at": NINE - 24 * HOUR,
    }
    return LeaderDay(**usual | more)


def test_it_leads_there_in_its_hours_only() -> None:
    """From its first moment up to its end, not with it; from its own numbers; until called off."""
    one = a_day()
    assert is_on(one, NINE)
    assert not is_on(one, NINE + 2 * HOUR)
    assert reached_from([one], "12345", NINE) == (one,)
    assert reached_from([one], "12315", NINE) == ()
    off = cancelled(one, NINE + HOUR, "op-2")
    assert not is_on(off, NINE + HOUR)
    for late in (off, replace(one, ends_at=NINE + HOUR)):
        with pytest.raises(IllegalMove):
            cancelled(late, NINE + HOUR, "op-2")
    assert next_turn([one, off], NINE - HOUR) == NINE
    assert next_turn([one, off], NINE) == one.ends_at
    assert next_turn([one, off], one.ends_at) is None


def test_callers_hear_who_answers_today() -> None:
    """Department, title and name; other words are another sound, in hex."""
    assert words(a_day()) == "今天由市政府副市长张三接听您的电话，请稍候。"
    names = {sound(a_day()), sound(a_day(name="李四")), sound(a_day("b2"))}
    assert len(names) == 3
    assert all(int(name, 16) for name in names)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"title": ""}, "/title"),
        ({"ends_at": NINE}, "/ends"),
        ({"ends_at": NINE + 13 * HOUR}, "/ends"),
        ({"begins_at": NINE - 6 * HOUR, "ends_at": NINE - 5 * HOUR}, "/ends"),
        ({"begins_at": NINE + 9999 * HOUR, "ends_at": NINE + 10000 * HOUR}, "/date"),
        ({"seat": "9"}, "/seat"),
        ({"assistant": "9"}, "/assistant"),
        ({"assistant": "8001"}, "/assistant"),
        ({"queue": "civil"}, "/queue"),
        ({"key": "1"}, "/key"),
        ({"dids": ()}, "/dids"),
        ({"dids": ("110",)}, "/dids"),
    ],
)
def test_what_does_not_fit_is_said_where_it_stands(wrong: dict[str, Any], pointer: str) -> None:
    """Each with its field, in both languages."""
    check(a_day(assistant=""), [], CHOICES, NINE)
    with pytest.raises(Invalid) as refused:
        check(a_day(**wrong), [], CHOICES, NINE)
    (problem,) = refused.value.problems
    assert problem.pointer == pointer
    assert problem.zh
    assert problem.en


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({}, "/seat"),
        ({"seat": "8003", "queue": "heads", "key": "7"}, "/assistant"),
        ({"seat": "8002", "assistant": "", "queue": "heads", "key": "7"}, "/assistant"),
        ({"seat": "8003", "assistant": "", "key": "7"}, "/queue"),
        ({"seat": "8003", "assistant": "", "queue": "heads"}, "/key"),
        ({"seat": "8003", "assistant": "", "queue": "heads", "key": ""}, "/key"),
    ],
)
def test_two_at_the_same_time_do_not_stand_in_each_others_way(
    other: dict[str, Any], pointer: str
) -> None:
    """One seat, one queue, one key has one leader; one after the other is no matter."""
    booked = a_day("b2", **other)
    with pytest.raises(Invalid) as refused:
        check(a_day(), [booked], CHOICES, NINE)
    assert [one.pointer for one in refused.value.problems] == [pointer]
    later = replace(booked, begins_at=booked.ends_at, ends_at=booked.ends_at + HOUR)
    check(a_day(), [later, cancelled(booked, NINE, "x"), a_day()], CHOICES, NINE)


def test_two_leaders_may_answer_at_once_by_different_keys() -> None:
    """Another seat, another queue, another key; or the same key of another number."""
    own = {"seat": "8003", "assistant": "", "queue": "heads"}
    check(a_day(), [a_day("b2", key="7", **own)], CHOICES, NINE)
    check(a_day(), [a_day("b2", dids=("12315",), **own)], CHOICES, NINE)


def a_contact(id: str, **more: Any) -> ContactRecord:
    """Who came at nine; answered after ten seconds, if at a seat."""
    seat = more.get("seat", "")
    usual: dict[str, Any] = {
        "hotline_id": f"H{id}",
        "channel": "",
        "number": "13800001234",
        "did": "12345",
        "origin": Origin.TRUNK,
        "queue": "leaders",
        "arrived_at": NINE,
        "queued_at": NINE + timedelta(seconds=5),
        "answered_at": NINE + timedelta(seconds=15) if seat else None,
        "outcome": Outcome.ANSWERED if seat else Outcome.OPEN,
    }
    return ContactRecord(call=Call(id=id, **usual | more))


def test_what_came_of_it_in_figures() -> None:
    """Whom the leader answered, who was answered elsewhere or left, what was promised and done."""
    done = Disposition(contact_id="1", operator_id="z", code="consult", at=NINE)
    first = replace(a_contact("1", seat="8001", ended_at=NINE + 2 * HOUR), disposition=done)
    contacts = [
        first,
        a_contact("2", seat="8001", answered_at=NINE + timedelta(seconds=35)),
        a_contact("3", seat="8009"),
        a_contact("4", outcome=Outcome.ABANDONED),
        a_contact("5"),
    ]
    promises = [a_promise("p1", "1", due_at=NINE), a_promise("p2", "2", state=PromiseState.KEPT)]
    found = report(a_day(), contacts, promises, [], NINE)
    assert (found.offered, found.answered, found.elsewhere) == (5, 2, 1)
    assert (found.abandoned, found.open) == (1, 1)
    assert (found.average_wait_seconds, found.longest_wait_seconds) == (20, 30)
    assert found.average_talk_seconds == 7185
    assert found.matters == {"consult": 1}
    assert (found.promises[PromiseState.KEPT], found.overdue) == (1, 1)
    assert found.callbacks.get(CallbackState.OPEN, 0) == 0
    nobody = report(a_day(), [], [], [], NINE)
    assert (nobody.offered, nobody.average_wait_seconds) == (0, None)
