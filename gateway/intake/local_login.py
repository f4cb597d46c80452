"""A login for whoever works on the machine itself and may read the store: short, named, on record.

Who can open the store with its key can change everything in it; going through the running gateway
instead is for their good. The login's name holds a colon, so nobody can log in with it.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Role
from gateway.core.plan import COMMAND_LINE
from gateway.core.session import Session
from gateway.intake.accounts import fingerprint
from gateway.ports import Clock, Store

MINUTES = 5
ADDRESS = "cli"


@asynccontextmanager
async def local_login(store: Store, clock: Clock, user: str) -> AsyncIterator[tuple[Operator, str]]:
    """The admin ``cli:<user>`` and the token of a session that ends with the block."""
    login = COMMAND_LINE + user
    found = await store.operator_by_login(login)
    who = found or Operator(id=secrets.token_hex(8), login=login, name=login, role=Role.ADMIN)
    who = replace(who, role=Role.ADMIN, active=True, password_hash="", must_change_password=False)
    token, now = secrets.token_urlsafe(32), clock.now()
    session = Session(
        token_hash=fingerprint(token),
        operator_id=who.id,
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(minutes=MINUTES),
    )
    data = {"address": ADDRESS}
    fact = Fact(kind=FactKind.LOGGED_IN, at=now, operator_id=who.id, data=data)
    await store.record(who, session, fact)
    try:
        yield who, token
    finally:
        await store.record(replace(session, ended=True))
