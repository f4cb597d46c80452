"""A gateway for the admin's page and the wallboard alone: their pages, and the API that they ask.

The plan, its check and its history are the real ones of ``gateway.core``; what Asterisk runs, who
else publishes and what the clock says is the test's to set.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from config.allowed import STRATEGIES
from config.plan_rules import PLAN_RULES
from gateway.core.errors import Invalid, Problem
from gateway.core.number import GREETING_TITLES
from gateway.core.operator import Role
from gateway.core.plan import Plan
from gateway.core.plan_check import check
from gateway.core.plan_diff import Touched, diff, take_back
from gateway.core.plan_json import from_json, to_json
from gateway.web.headers import add_headers
from gateway.web.problems import REQUEST_ID
from tests.peers.screens_example import now, plain_board, plain_plan

Json = dict[str, Any]
BUILT = Path(__file__).resolve().parents[2] / "gateway" / "web" / "static"
BOARD_TOKEN = "board-token-of-the-test"


@dataclass
class Step:
    """One publishing."""

    number: int
    at: str
    by: str
    comment: str
    before: Plan
    after: Plan
    undoes: int = 0

    def view(self) -> Json:
        """As the API gives it."""
        return {
            "revision": self.number,
            "at": self.at,
            "by": self.by,
            "comment": self.comment,
            "changes": [asdict(one) for one in diff(self.before, self.after)],
            "undoes": self.undoes,
        }


@dataclass
class ScreensPeer:
    """What it serves; a test changes it while the page looks."""

    url: str = ""
    static: Path = BUILT
    plan: Plan = field(default_factory=plain_plan)
    steps: list[Step] = field(default_factory=list)
    differences: list[Json] = field(default_factory=list)
    board: Json = field(default_factory=dict)
    board_frozen: bool = False
    board_fails: bool = False
    checks: int = 0
    token: str = BOARD_TOKEN
    health: dict[str, str] = field(default_factory=lambda: {"store": "up", "phones": "up"})
    rights: Sequence[str] = ("self", "watch", "manage")
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    plan_gate: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def revision(self) -> int:
        """The newest."""
        return self.steps[-1].number if self.steps else 1

    def publish(self, after: Plan, by: str, comment: str, undoes: int = 0) -> Step:
        """Somebody publishes."""
        step = Step(self.revision + 1, now(), by, comment, self.plan, after, undoes)
        self.steps.append(step)
        self.plan = after
        return step

    def routes(self) -> list[web.RouteDef]:
        """Every path that the two pages ask."""
        api = "/api/v1"
        return [
            web.get("/{page:admin|wall|console}", self._page),
            web.get("/assets/{name}", self._asset),
            web.get("/health/ready", self._health),
            web.get(f"{api}/session", self._me),
            web.get(f"{api}/options", self._options),
            web.get(f"{api}/admin/plan", self._plan),
            web.post(f"{api}/admin/plan/check", self._check),
            web.post(f"{api}/admin/plan/publish", self._publish),
            web.get(f"{api}/admin/revisions", self._revisions),
            web.post(f"{api}/admin/revisions/{{n}}/undo", self._undo),
            web.get(f"{api}/admin/drift", self._drift),
            web.post(f"{api}/admin/drift/mend", self._mend),
            web.get(f"{api}/board", self._board),
        ]

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self.static / f"{request.match_info['page']}.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self.static / "assets" / request.match_info["name"])

    async def _health(self, _request: web.Request) -> web.Response:
        up = all(state == "up" for state in self.health.values())
        body = {"status": "up" if up else "down", "parts": self.health}
        return web.json_response(body, status=200 if up else 503)

    async def _me(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "id": "1",
                "login": "guan",
                "name": "管理员小关",
                "role": "admin",
                "locale": "zh-CN",
                "rights": list(self.rights),
                "must_change_password": False,
            }
        )

    async def _options(self, _request: web.Request) -> web.Response:
        site = {"name_zh": "12345政务服务便民热线", "name_en": "12345 Hotline"}
        site |= {"city_zh": "示范市", "city_en": "Demo City"}
        lists: Json = {"break_reasons": [], "dispositions": [], "queues": [], "seats": []}
        return web.json_response({"site": site, **lists})

    async def _plan(self, _request: web.Request) -> web.Response:
        await self.plan_gate.wait()
        newest = self.steps[-1] if self.steps else None
        return web.json_response(
            {
                "revision": self.revision,
                "published_at": newest.at if newest else None,
                "published_by": newest.by if newest else "",
                "plan": to_json(self.plan),
                "choices": {
                    "strategies": list(STRATEGIES),
                    "roles": [role.value for role in Role],
                    "greetings": [
                        {"name": name, "title_zh": zh, "title_en": en}
                        for name, (zh, en) in GREETING_TITLES.items()
                    ],
                    "keys": list("123456789*#"),
                },
            }
        )

    async def _check(self, request: web.Request) -> web.Response:
        self.checks += 1
        sent = await request.json()
        if sent["base_revision"] != self.revision:
            return refused(409, "published-meanwhile", ())
        try:
            wanted = from_json(sent["plan"])
        except Invalid as invalid:
            return refused(422, "invalid", invalid.problems)
        verdict = check(wanted, self.plan, PLAN_RULES, GREETING_TITLES)
        return web.json_response(
            {
                "problems": [_said(one) for one in verdict.problems],
                "warnings": [_said(one) for one in verdict.warnings],
                "changes": [asdict(one) for one in diff(self.plan, wanted)],
            }
        )

    async def _publish(self, request: web.Request) -> web.Response:
        sent = await request.json()
        await self.gate.wait()
        if sent["base_revision"] != self.revision:
            return refused(409, "published-meanwhile", ())
        wanted = from_json(sent["plan"])
        known = {one.login for one in self.plan.operators}
        step = self.publish(wanted, "guan", sent["comment"])
        fresh = [one.login for one in wanted.operators if one.login not in known]
        return web.json_response(self._result(step, fresh))

    def _result(self, step: Step, fresh: Sequence[str] = ()) -> Json:
        return {
            "revision": step.number,
            "changes": step.view()["changes"],
            "read_back": {"in_step": not self.differences, "differences": self.differences},
            "first_logins": [{"login": one, "password": f"kT7-{one}-mQ2x"} for one in fresh],
        }

    async def _revisions(self, _request: web.Request) -> web.Response:
        return web.json_response({"items": [one.view() for one in reversed(self.steps)]})

    async def _undo(self, request: web.Request) -> web.Response:
        number = int(request.match_info["n"])
        step = next(one for one in self.steps if one.number == number)
        plan, touched = take_back(step.before, step.after, self.plan)
        if touched:
            return refused(409, "touched-since", [_touched(one) for one in touched])
        comment = (await request.json())["comment"]
        return web.json_response(self._result(self.publish(plan, "guan", comment, number)))

    async def _drift(self, _request: web.Request) -> web.Response:
        body = {"in_step": not self.differences, "differences": self.differences}
        return web.json_response({"checked_at": now(), **body})

    async def _mend(self, request: web.Request) -> web.Response:
        self.differences = []
        return await self._drift(request)

    async def _board(self, request: web.Request) -> web.Response:
        bearer = request.headers.get("Authorization", "")
        if bearer and bearer != f"Bearer {self.token}":
            return refused(401, "not-logged-in", ())
        if not bearer and "watch" not in self.rights:
            return refused(401, "not-logged-in", ())
        if self.board_fails:
            return refused(503, "unavailable", ())
        if not self.board_frozen:
            self.board["at"] = now()
        return web.json_response(self.board)


def _said(problem: Problem) -> Json:
    return {"path": problem.pointer, "zh": problem.zh, "en": problem.en}


def _touched(one: Touched) -> Problem:
    where = ".".join(part for part in (one.kind, one.name, one.field) if part)
    return Problem(where, "undo-blocked", "后来又改过", "changed again later")


def refused(status: int, code: str, problems: Sequence[Problem]) -> web.Response:
    """A problem as the API gives it."""
    errors = [{"pointer": p.pointer, "code": p.code, "zh": p.zh, "en": p.en} for p in problems]
    body = {"code": code, "title": code, "status": status, "errors": errors}
    return web.json_response(body, status=status)


@asynccontextmanager
async def screens_peer(**given: Any) -> AsyncIterator[ScreensPeer]:
    """Listen on a free port until the block ends."""
    peer = ScreensPeer(**given)
    peer.gate.set()
    peer.plan_gate.set()
    peer.board = peer.board or plain_board()

    @web.middleware
    async def name_it(request: web.Request, handler: Any) -> web.StreamResponse:
        request[REQUEST_ID] = "peer"
        response: web.StreamResponse = await handler(request)
        return response

    app = web.Application(middlewares=[name_it], client_max_size=4 << 20)
    app.on_response_prepare.append(add_headers)
    app.add_routes(peer.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        peer.url = f"http://{host}:{port}"
        yield peer
    finally:
        await runner.cleanup()
