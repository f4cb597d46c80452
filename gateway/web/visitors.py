"""Who asks on the citizens' pages, and how often they may."""

from __future__ import annotations

import secrets
from datetime import datetime

from aiohttp import web

from gateway.core.errors import Throttled
from gateway.intake.accounts import NotLoggedIn
from gateway.ports import Clock
from gateway.web.limits import Limits
from gateway.web.operation import Ask
from gateway.web.pace import Pace
from gateway.web.puzzles import ProofNeeded, Puzzles
from gateway.web.sessions import Cookie
from gateway.web.visits import MOST_CHARACTERS, VISIT_SECONDS, Visit, Visits

BEARER = "bearer "


class NoVisit(NotLoggedIn):
    """There is no session of this page, or it is over."""

    code = "no-visit"


def cookie_of(*, secure: bool) -> Cookie:
    """Where a browser keeps its token."""
    return Cookie(secure=secure, seconds=VISIT_SECONDS, title="hotline_visit", most=MOST_CHARACTERS)


class Visitors:
    """Sessions begin here: free while few come, for a proof when many do, and never too many."""

    def __init__(
        self, visits: Visits, cookie: Cookie, puzzles: Puzzles, clock: Clock, limits: Limits
    ) -> None:
        self._visits = visits
        self._cookie = cookie
        self._puzzles = puzzles
        self._clock = clock
        self._free = Pace(a_second=limits.visits_free_an_hour / 3600, at_once=limits.visits_at_once)
        self._all = Pace(a_second=limits.visits_a_second, at_once=limits.visits_together)
        self._proven = Pace(
            a_second=limits.visits_proven_an_hour / 3600, at_once=limits.visits_proven_an_hour
        )

    async def begin(self, ask: Ask, proof: str) -> Visit:
        """The visitor, known again or new. Raises ProofNeeded and Throttled."""
        now = self._clock.now()
        known = self._read(ask.request, now)
        if known is not None:
            return self._visits.renewed(known, now)
        await self.pay(ask.address, proof)
        return self._visits.begin(secrets.token_bytes(16), now)

    async def pay(self, address: str, proof: str) -> None:
        """Count one more from there. Raises ProofNeeded when it takes a proof, and Throttled."""
        moment = self._clock.monotonic()
        late = self._free.wait_seconds(address, moment)
        crowded = self._all.wait_seconds("", moment)
        if late <= 0 and crowded <= 0:
            return
        if not proof or not await self._puzzles.solved(proof):
            raise ProofNeeded("proof")
        wait = self._proven.wait_seconds(address, moment)
        if wait > 0:
            raise Throttled(wait)

    def who(self, ask: Ask) -> Visit:
        """The visitor. Raises NoVisit."""
        return self.guard(ask.request)

    def guard(self, request: web.Request) -> Visit:
        """The visitor, before the request is read. Raises NoVisit."""
        visit = self._read(request, self._clock.now())
        if visit is None:
            raise NoVisit("visit")
        return visit

    def token(self, visit: Visit) -> str:
        """What the visitor keeps."""
        return self._visits.token(visit, self._clock.now())

    def give(self, visit: Visit, answer: web.StreamResponse) -> None:
        """Let the browser remember it."""
        self._cookie.give(answer, self.token(visit))

    def refresh(self, visit: Visit, answer: web.StreamResponse) -> None:
        """Whoever goes on is not thrown out: the cookie is made new at half of its time."""
        now = self._clock.now()
        if self._visits.stale(visit, now):
            self.give(self._visits.renewed(visit, now), answer)

    def _read(self, request: web.Request, now: datetime) -> Visit | None:
        """By the header of an App, which no page can set, else by the cookie."""
        said = request.headers.get("Authorization", "")
        if said:
            bearer = said.lower().startswith(BEARER)
            return self._visits.read(said[len(BEARER) :].strip(), now) if bearer else None
        token = self._cookie.token(request)
        return self._visits.read(token, now) if token else None
