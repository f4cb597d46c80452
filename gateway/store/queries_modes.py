"""Questions about announced incidents and leaders' days, as SQL. Each is one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.facts import FactKind
from gateway.store import history
from gateway.store.tables import callback, fact
from gateway.store.tables_experts import promise
from gateway.store.tables_modes import INCIDENT_IS_OPEN, incident, leader_day

if TYPE_CHECKING:
    from datetime import datetime

Question = sa.Select[tuple[object, ...]]

MOST_OF_A_DAY = 2000
"""Contacts, promises or callbacks of one leader's day in one answer."""

INCIDENTS_OPEN = (
    sa.select(incident).where(INCIDENT_IS_OPEN).order_by(incident.c.until, incident.c.id)
)
INCIDENTS = sa.select(incident).order_by(incident.c.begun_at.desc(), incident.c.id.desc())
LEADER_DAYS = sa.select(leader_day).order_by(leader_day.c.begins_at.desc(), leader_day.c.id.desc())


def leader_days_ahead(now: datetime) -> Question:
    """Those that are on or to come and not called off, who begins first."""
    own = leader_day.c
    wanted = sa.select(leader_day).where(own.ends_at > now, own.cancelled_at.is_(None))
    return wanted.order_by(own.begins_at, own.id)


def leader_day_of(day_id: str) -> Question:
    """One by id."""
    return sa.select(leader_day).where(leader_day.c.id == day_id)


def _queued(queue: str, since: datetime, until: datetime) -> sa.Select[tuple[object, ...]]:
    """Contacts that came to a queue in ``[since, until)``, wherever they went afterwards."""
    own = fact.c
    return sa.select(own.contact_id).where(
        own.kind == FactKind.CALL_QUEUED.value,
        own.at >= since,
        own.at < until,
        own.data["queue"].as_string() == queue,
    )


def contacts_queued(queue: str, since: datetime, until: datetime) -> Question:
    """Who came to a queue in this time, the newest first."""
    return history.contacts_in(_queued(queue, since, until), MOST_OF_A_DAY)


def promises_queued(queue: str, since: datetime, until: datetime) -> Question:
    """What was promised to them, the oldest first."""
    own = promise.c
    wanted = sa.select(promise).where(own.contact_id.in_(_queued(queue, since, until)))
    return wanted.order_by(own.made_at, own.id).limit(MOST_OF_A_DAY)


def callbacks_queued(queue: str, since: datetime, until: datetime) -> Question:
    """Who of them is or was to be called back, the oldest first."""
    own = callback.c
    wanted = sa.select(callback).where(own.contact_id.in_(_queued(queue, since, until)))
    return wanted.order_by(own.since, own.id).limit(MOST_OF_A_DAY)
