"""Every question the store asks, as SQL. Each is one statement, so what it sees is one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gateway.core.call import CallState
from gateway.core.facts import FactKind
from gateway.store.tables import (
    bookmark,
    call,
    caller_flag,
    contact,
    fact,
    number,
    operator,
    queue,
    revision,
    seat,
    session,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

MAX_PAGE = 200
"""Facts for the audit, or steps of the plan, in one answer."""
MAX_FACTS = 5000
"""Facts in one answer."""

SEATS = sa.select(seat)
QUEUES = sa.select(queue)
OPERATORS = sa.select(operator)
NUMBERS = sa.select(number)

_CALLS = (
    sa.select(contact, call)
    .join(call, call.c.contact_id == contact.c.id)
    .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
)
OPEN_CALLS = _CALLS.where(call.c.state != sa.literal_column(f"'{CallState.ENDED.value}'"))
"""Unsorted, and the state in the text instead of a parameter: only so the partial index is used."""


def call_of(contact_id: str) -> sa.Select[tuple[object, ...]]:
    """The call of one contact."""
    return _CALLS.where(contact.c.id == contact_id)


def operator_of(operator_id: str) -> sa.Select[tuple[object, ...]]:
    """One person by id."""
    return OPERATORS.where(operator.c.id == operator_id)


def operator_by_login(login: str) -> sa.Select[tuple[object, ...]]:
    """One person by login, upper and lower case alike."""
    return OPERATORS.where(operator.c.login_key == login.casefold())


def session_of(token_hash: str) -> sa.Select[tuple[object, ...]]:
    """A login that has not ended."""
    return sa.select(session).where(session.c.token_hash == token_hash, ~session.c.ended)


def sessions_of(operator_id: str) -> sa.Select[tuple[object, ...]]:
    """The logins of one person that have not ended, seen last first."""
    own = session.c
    mine = sa.select(session).where(own.operator_id == operator_id, ~own.ended)
    return mine.order_by(own.seen_at.desc(), own.token_hash)


FLAGS_OF = (
    sa.select(caller_flag)
    .where(caller_flag.c.value_index.in_(sa.bindparam("indexes", expanding=True)))
    .order_by(caller_flag.c.kind)
)
"""The marks on the numbers with these hashes, also those that hold no more."""


def revisions(before: int, limit: int) -> sa.Select[tuple[object, ...]]:
    """Steps of the plan without the plan itself, newest first; ``before`` 0: from the last."""
    own = revision.c
    wanted = sa.select(*(column for column in own if column is not own.plan))
    if before:
        wanted = wanted.where(own.number < before)
    return wanted.order_by(own.number.desc()).limit(max(1, min(limit, MAX_PAGE)))


def published(wanted: int) -> sa.Select[tuple[object, ...]]:
    """One step with its plan; 0 is the last one."""
    found = sa.select(revision)
    if wanted:
        return found.where(revision.c.number == wanted)
    return found.order_by(revision.c.number.desc()).limit(1)


def bookmark_of(name: str) -> sa.Select[tuple[object, ...]]:
    """One bookmark."""
    return sa.select(bookmark).where(bookmark.c.name == name)


def hotline_ids(wanted: Collection[str]) -> sa.Select[tuple[object, ...]]:
    """Those of these ids that belong to a call, open or ended."""
    return sa.select(call.c.hotline_id).where(call.c.hotline_id.in_(wanted))


def facts(contact_id: str, after_seq: int, limit: int) -> sa.Select[tuple[object, ...]]:
    """Facts in order, of one contact or (empty) of all."""
    wanted = sa.select(fact).where(fact.c.seq > after_seq)
    if contact_id:
        wanted = wanted.where(fact.c.contact_id == contact_id)
    return wanted.order_by(fact.c.seq).limit(max(1, min(limit, MAX_FACTS)))


COUNTED_FROM = (FactKind.CALL_ARRIVED, FactKind.CHAT_ANSWERED, FactKind.CHAT_CLOSED)
"""What the figures begin with: a call, or the end of a wait for a word."""


def fact_seqs(since: datetime) -> sa.Select[tuple[object, ...]]:
    """Where the facts of the contacts since then begin, and where all facts end.

    Served by the index on (kind, at, seq). A fact that was recorded late has its own, later seq.
    """
    firsts = [
        sa.select(sa.func.min(fact.c.seq).label("seq")).where(
            (fact.c.kind == kind.value) & (fact.c.at >= since)
        )
        for kind in COUNTED_FROM
    ]
    either = sa.union_all(*firsts).subquery()
    first = sa.select(sa.func.min(either.c.seq)).scalar_subquery()
    newest = sa.select(sa.func.max(fact.c.seq)).scalar_subquery()
    return sa.select(first.label("first"), newest.label("newest"))


def audit(
    kinds: Sequence[str],
    *,
    operator_id: str,
    since: datetime | None,
    until: datetime | None,
    before_seq: int,
    limit: int,
) -> sa.Select[tuple[object, ...]]:
    """A page of facts of these kinds, newest first, of one person or (empty) of all.

    Most facts are not audit: each kind's newest are taken from its own index, so that a rare kind
    or a distant day is found without reading what lies between. The cursor is the pair (at, seq) of
    the fact numbered ``before_seq``.
    """
    limit = max(1, min(limit, MAX_PAGE))
    if operator_id:
        of_person = sa.select(fact).where(fact.c.operator_id == operator_id, fact.c.kind.in_(kinds))
        return _newest(of_person, since, until, before_seq, limit)
    newest = [
        sa.select(
            _newest(
                sa.select(fact.c.seq).where(fact.c.kind == kind), since, until, before_seq, limit
            ).subquery()
        )
        for kind in kinds
    ]
    wanted = sa.select(fact).where(fact.c.seq.in_(sa.union_all(*newest)))
    return _newest(wanted, None, None, 0, limit)


def _newest(
    wanted: sa.Select[Any],
    since: datetime | None,
    until: datetime | None,
    before_seq: int,
    limit: int,
) -> sa.Select[Any]:
    if since is not None:
        wanted = wanted.where(fact.c.at >= since)
    if until is not None:
        wanted = wanted.where(fact.c.at < until)
    if before_seq:
        last = fact.alias("last")
        at = sa.select(last.c.at).where(last.c.seq == before_seq).scalar_subquery()
        here = sa.tuple_(fact.c.at, fact.c.seq)
        wanted = wanted.where(here < sa.tuple_(at, sa.literal(before_seq)))
    return wanted.order_by(fact.c.at.desc(), fact.c.seq.desc()).limit(limit)
