"""What came of one leader's day, as screens show it: figures, and who is to be called back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from gateway.core.citizen import mask_number
from gateway.core.contact import ContactRecord
from gateway.core.errors import Unknown
from gateway.core.leader_report import Report, report
from gateway.intake.floor import Floor
from gateway.intake.views import moment

Json = dict[str, Any]


async def report_view(floor: Floor, day_id: str) -> Json:
    """Figures and callbacks of one day. Raises Unknown, StoreUnavailable."""
    store = floor.store
    day = await store.leader_day(day_id)
    if day is None:
        raise Unknown("leader_day", day_id)
    until = min(day.ends_at, day.cancelled_at or day.ends_at)
    asked = (day.queue, day.begins_at, until)
    contacts = await store.contacts_queued(*asked)
    promises = await store.promises_queued(*asked)
    callbacks = await store.callbacks_queued(*asked)
    calls = [one for one in contacts if isinstance(one, ContactRecord)]
    found = report(day, calls, promises, callbacks, floor.clock.now())
    due = {one.callback_id: one.due_at for one in promises if one.callback_id}
    return {
        **{field.name: _plain(getattr(found, field.name)) for field in fields(Report)},
        "back": [
            {
                "id": one.id,
                "contact_id": one.contact_id,
                "number": mask_number(one.number),
                "reason": one.reason.value,
                "state": one.state.value,
                "since": moment(one.since),
                "due_at": moment(due.get(one.id)),
                "done_at": moment(one.done_at),
                "done_by": floor.names.get(one.done_by, ""),
            }
            for one in callbacks
        ],
    }


def _plain(value: object) -> object:
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else value
