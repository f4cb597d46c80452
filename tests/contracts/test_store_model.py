"""The store against the simplest thing that could be one: dictionaries in memory."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.core.call import Call, CallState, Outcome
from gateway.core.callback import Callback, CallbackReason, CallbackState
from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.contact import ContactQuery, ContactRecord, Disposition, Recording
from gateway.core.errors import HotlineError
from gateway.core.facts import Fact, FactKind
from gateway.core.line import Origin, PhoneKind
from gateway.core.seat import Seat, SeatState
from gateway.store import SqlStore
from tests.store_world import NOON, NewPlace

IDS = st.sampled_from(["c1", "c2", "c3", "c4"])
NUMBERS = st.sampled_from(["13800001234", "+8613800001234", "13900005678", "anonymous", ""])
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
ANY_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
MAYBE_TIMES = st.none() | TIMES

CALLS = st.builds(
    lambda contact_id, **more: Call(id=contact_id, hotline_id=f"H{contact_id}", **more),
    contact_id=IDS,
    channel=TEXTS,
    number=NUMBERS,
    did=TEXTS,
    origin=st.sampled_from(Origin),
    state=st.sampled_from(CallState),
    queue=TEXTS,
    leg=TEXTS,
    failed_open=st.booleans(),
    arrived_at=TIMES,
    answered_at=MAYBE_TIMES,
    ended_at=MAYBE_TIMES,
    outcome=st.sampled_from(Outcome),
    hangup_cause=st.integers(0, 127),
)
SEATS = st.builds(
    Seat,
    number=st.sampled_from(["8001", "8002"]),
    title=TEXTS,
    state=st.sampled_from(SeatState),
    phone=st.sampled_from(PhoneKind),
    since=MAYBE_TIMES,
    wrap_up_until=MAYBE_TIMES,
)
FLAGS = st.builds(
    CallerFlag,
    number=st.sampled_from(["13800001234", "+8613800001234", "13900005678"]),
    kind=st.sampled_from(FlagKind),
    note=ANY_TEXTS,
    until=MAYBE_TIMES,
)
DISPOSITIONS = st.builds(
    Disposition,
    contact_id=IDS,
    operator_id=TEXTS,
    code=TEXTS,
    at=TIMES,
    note=ANY_TEXTS,
    caller_name=ANY_TEXTS,
)
RECORDINGS = st.builds(
    Recording,
    contact_id=IDS,
    file=TEXTS,
    sha256=TEXTS,
    size_bytes=st.integers(0, 2**63 - 1),
    seconds=st.floats(0, 1e6),
    stored_at=TIMES,
)
CALLBACKS = st.builds(
    Callback,
    id=st.sampled_from(["b1", "b2", "b3"]),
    contact_id=IDS,
    number=st.sampled_from(["13800001234", "+8613800001234", "13900005678"]),
    reason=st.sampled_from(CallbackReason),
    since=TIMES,
    state=st.sampled_from(CallbackState),
    done_by=TEXTS,
    done_at=MAYBE_TIMES,
    note=ANY_TEXTS,
)
FACTS = st.builds(
    Fact,
    kind=st.sampled_from(FactKind),
    at=TIMES,
    contact_id=IDS | st.just(""),
    data=st.dictionaries(TEXTS, SCALARS, max_size=4),
)
UNITS = st.lists(
    st.lists(CALLS | SEATS | FLAGS | DISPOSITIONS | RECORDINGS | CALLBACKS | FACTS, max_size=4),
    max_size=12,
)


OF_A_CONTACT = (Disposition, Recording, Callback)


class Model:
    """A store of dictionaries."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Any, ...], Any] = {}
        self.facts: list[Fact] = []

    def record(self, unit: list[Any]) -> bool:
        """Keep the unit, or refuse it when something belongs to no contact."""
        calls = {row.id for row in unit if isinstance(row, Call)} | {
            key[1] for key in self.rows if key[0] is Call
        }
        if any(isinstance(row, OF_A_CONTACT) and row.contact_id not in calls for row in unit):
            return False
        for row in unit:
            if isinstance(row, Fact):
                self.facts.append(row)
            else:
                self.rows[(type(row), *_key(row))] = row
        return True

    def all(self, kind: type) -> list[Any]:
        """Every row of one kind."""
        return [row for key, row in self.rows.items() if key[0] is kind]


def _key(row: Any) -> tuple[Any, ...]:
    match row:
        case Call() | Callback():
            return (row.id,)
        case Seat():
            return (row.number,)
        case CallerFlag():
            return (row.number[-11:], row.kind)
        case _:
            return (row.contact_id,)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(units=UNITS, at_once=st.booleans())
def test_any_sequence_of_records_reads_like_dictionaries(
    new_place: NewPlace, units: list[list[Any]], *, at_once: bool
) -> None:
    """Whatever is recorded, one after the other or all at once, reads back as from a dictionary."""
    asyncio.run(_compare(new_place, units, at_once=at_once))


async def _compare(new_place: NewPlace, units: list[list[Any]], *, at_once: bool) -> None:
    place, model = new_place(), Model()
    async with place.open() as store:
        if at_once:
            async with asyncio.TaskGroup() as tasks:
                kept = [tasks.create_task(_kept(store, unit)) for unit in units]
            outcomes = [task.result() for task in kept]
        else:
            outcomes = [await _kept(store, unit) for unit in units]
        assert outcomes == [model.record(unit) for unit in units]
        await _same(store, model)
    async with place.open() as store:
        await _same(store, model)


async def _kept(store: SqlStore, unit: list[Any]) -> bool:
    try:
        await store.record(*unit)
    except HotlineError as error:
        assert error.code == "row-refused"  # noqa: PT017 - any other code is a failure
        return False
    return True


async def _same(store: SqlStore, model: Model) -> None:
    assert [replace(fact, seq=0) for fact in await store.facts()] == model.facts
    assert list(await store.seats()) == sorted(model.all(Seat), key=lambda seat: seat.number)
    records = [
        ContactRecord(
            call=call,
            disposition=model.rows.get((Disposition, call.id)),
            recording=model.rows.get((Recording, call.id)),
        )
        for call in model.all(Call)
    ]
    records.sort(key=lambda record: (record.call.arrived_at, record.call.id), reverse=True)
    assert list(await store.contacts(ContactQuery())) == records
    callbacks = [one for one in model.all(Callback) if one.state is CallbackState.OPEN]
    callbacks.sort(key=lambda one: (one.since, one.id))
    for number in ("13800001234", "13900005678"):
        of_number = [record for record in records if record.call.number[-11:] == number]
        assert list(await store.contacts(ContactQuery(number=number))) == of_number
        listed = [one for one in callbacks if one.number[-11:] == number]
        assert list(await store.callbacks(state=CallbackState.OPEN, number=number)) == listed
        flags = [flag for flag in model.all(CallerFlag) if flag.number[-11:] == number]
        alive = [flag for flag in flags if flag.until is None or flag.until > NOON]
        found = await store.flags(number, NOON)
        assert list(found) == sorted(
            (replace(flag, number=number) for flag in alive), key=lambda flag: flag.kind
        )
    living = [record.call for record in reversed(records)]
    living = [call for call in living if call.state is not CallState.ENDED]
    assert list(await store.open_calls()) == living
