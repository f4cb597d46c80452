"""Who may ask what: every route, every role."""

import re

import pytest
from aiohttp import web

from gateway.core.operator import Right, Role, may
from gateway.web.limits import Limits
from gateway.web.openapi import PATH_PART
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.origins import Origins
from gateway.web.policy import Gate, RouteWithoutPolicy
from gateway.web.sessions import Cookie
from tests.gateway.web.golden_guests import GUESTS
from tests.gateway.web.web_world import WebWorld

LOGINS = {
    "": None,
    "li": Role.OPERATOR,
    "chen": Role.SUPERVISOR,
    "guo": Role.ADMIN,
    "shen": Role.AUDITOR,
}
GOLDEN = {
    **GUESTS,
    "DELETE /api/v1/departments/x": "admin",
    "DELETE /api/v1/experts/x": "admin",
    "GET /api/v1/departments": "supervisor admin",
    "GET /api/v1/experts": "admin",
    "GET /api/v1/experts/report": "supervisor admin",
    "GET /api/v1/experts/rota": "supervisor admin",
    "GET /api/v1/contacts/x/conduct": "operator supervisor",
    "GET /api/v1/contacts/x/sms": "operator supervisor",
    "POST /api/v1/contacts/x/sms": "operator supervisor",
    "GET /api/v1/contacts/x/staff-complaint": "operator supervisor",
    "GET /api/v1/staff-complaints": "supervisor",
    "GET /api/v1/standings": "supervisor",
    "POST /api/v1/contacts/x/staff-complaint": "operator supervisor",
    "POST /api/v1/staff-complaints/x/close": "supervisor",
    "GET /api/v1/standings/x": "supervisor",
    "GET /api/v1/standings/x/evidence": "supervisor",
    "POST /api/v1/contacts/x/conduct": "operator supervisor",
    "POST /api/v1/contacts/x/conduct/remind": "operator supervisor",
    "POST /api/v1/misconducts/x/look": "supervisor",
    "POST /api/v1/standings/x/approve": "supervisor",
    "POST /api/v1/standings/x/hear": "supervisor",
    "POST /api/v1/standings/x/lift": "supervisor",
    "POST /api/v1/standings/x/propose": "supervisor",
    "POST /api/v1/standings/x/reject": "supervisor",
    "GET /api/v1/incidents": "supervisor admin",
    "GET /api/v1/leader-days": "supervisor admin",
    "GET /api/v1/leader-days/x/report": "supervisor",
    "POST /api/v1/leader-days": "supervisor admin",
    "POST /api/v1/leader-days/shadow": "operator supervisor",
    "POST /api/v1/leader-days/x/cancel": "supervisor admin",
    "PUT /api/v1/leader-days/x": "supervisor admin",
    "GET /api/v1/promises": "operator supervisor",
    "POST /api/v1/incidents": "supervisor admin",
    "POST /api/v1/incidents/x/end": "supervisor admin",
    "POST /api/v1/experts/import": "admin",
    "POST /api/v1/promises": "operator supervisor",
    "POST /api/v1/promises/x/done": "operator supervisor",
    "PUT /api/v1/departments/x": "admin",
    "PUT /api/v1/experts/x": "admin",
    "GET /": "everyone",
    "GET /api/openapi.json": "everyone",
    "GET /api/v1/admin/drift": "admin",
    "GET /api/v1/admin/plan": "admin",
    "GET /api/v1/admin/revisions": "admin",
    "GET /api/v1/attachments/x/original": "operator supervisor",
    "GET /api/v1/attachments/x/view": "operator supervisor",
    "GET /api/v1/audit": "auditor",
    "GET /api/v1/callbacks": "operator supervisor",
    "GET /api/v1/callbacks/x/voicemails": "operator supervisor",
    "GET /api/v1/callbacks/x/voicemails/x": "operator supervisor",
    "GET /api/v1/canned": "operator supervisor",
    "GET /api/v1/chats/x": "operator supervisor",
    "GET /api/v1/chats/x/citizen": "operator supervisor",
    "GET /api/v1/chats/x/messages": "operator supervisor",
    "GET /api/v1/colleagues": "operator supervisor",
    "GET /api/v1/line": "operator supervisor",
    "GET /api/v1/contacts/x": "operator supervisor",
    "GET /api/v1/contacts/x/recording": "operator supervisor",
    "GET /api/v1/contacts/x/transcript": "operator supervisor",
    "GET /api/v1/live": "operator supervisor admin auditor",
    "GET /api/v1/options": "operator supervisor admin auditor",
    "GET /api/v1/queues": "supervisor admin",
    "GET /api/v1/seats": "supervisor admin",
    "GET /api/v1/board": "supervisor admin",
    "GET /api/v1/statistics/tags": "supervisor admin",
    "GET /api/v1/statistics/tags.csv": "supervisor admin",
    "GET /api/v1/throttle": "supervisor admin",
    "GET /api/v1/session": "operator supervisor admin auditor",
    "GET /assets/x": "everyone",
    "GET /admin": "everyone",
    "GET /console": "everyone",
    "GET /wall": "everyone",
    "GET /health/live": "everyone",
    "GET /health/ready": "everyone",
    "GET /hooks/x/x": "everyone",
    "GET /sip/call": "everyone",
    "GET /sip/seat": "operator supervisor",
    "DELETE /api/v1/contacts/x/flags/x": "operator supervisor",
    "DELETE /api/v1/session": "everyone",
    "DELETE /api/v1/watch/x": "supervisor",
    "POST /api/v1/admin/drift/mend": "admin",
    "POST /api/v1/admin/plan/check": "admin",
    "POST /api/v1/admin/plan/publish": "admin",
    "POST /api/v1/admin/revisions/x/undo": "admin",
    "POST /api/v1/callbacks/x/call": "operator supervisor",
    "POST /api/v1/callbacks/x/done": "operator supervisor",
    "POST /api/v1/callbacks/x/reveal": "operator supervisor",
    "POST /api/v1/call-ticket": "everyone",
    "POST /api/v1/calls/x/hang-up": "operator supervisor",
    "POST /api/v1/calls/x/hold": "operator supervisor",
    "POST /api/v1/calls/x/pop-shown": "operator supervisor",
    "POST /api/v1/calls/x/retrieve": "operator supervisor",
    "POST /api/v1/chats/x/accept": "operator supervisor",
    "POST /api/v1/chats/x/close": "operator supervisor",
    "POST /api/v1/chats/x/decline": "operator supervisor",
    "POST /api/v1/chats/x/files": "operator supervisor",
    "POST /api/v1/chats/x/messages": "operator supervisor",
    "POST /api/v1/chats/x/release": "operator supervisor",
    "POST /api/v1/chats/x/shown": "operator supervisor",
    "POST /api/v1/chats/x/transfer": "operator supervisor",
    "POST /api/v1/line/x/take": "operator supervisor",
    "POST /api/v1/links": "operator supervisor",
    "POST /api/v1/links/x/confirm": "operator supervisor",
    "POST /api/v1/links/x/revoke": "operator supervisor",
    "POST /api/v1/contacts/search": "operator supervisor",
    "POST /api/v1/alarms/x/seen": "operator supervisor",
    "POST /api/v1/contacts/x/confidential": "operator supervisor",
    "POST /api/v1/contacts/x/flags": "operator supervisor",
    "POST /api/v1/contacts/x/reveal": "operator supervisor",
    "POST /api/v1/contacts/x/transcript/x/correction": "operator supervisor",
    "POST /api/v1/contacts/x/transcript/x/original": "operator supervisor",
    "POST /api/v1/live/ticket": "operator supervisor admin auditor",
    "POST /api/v1/seat/break": "operator supervisor",
    "POST /api/v1/seat/extend-wrap-up": "operator supervisor",
    "POST /api/v1/seat/finish-wrap-up": "operator supervisor",
    "POST /api/v1/seat/ready": "operator supervisor",
    "POST /api/v1/seat/sign-in": "operator supervisor",
    "POST /api/v1/seat/sign-out": "operator supervisor",
    "POST /api/v1/session": "everyone",
    "POST /api/v1/session/password": "operator supervisor admin auditor",
    "POST /hooks/x/x": "everyone",
    "POST /api/v1/watch/x": "supervisor",
    "POST /api/v1/words/search": "operator supervisor",
    "PUT /api/v1/contacts/x/disposition": "operator supervisor",
    "PUT /api/v1/contacts/x/draft": "operator supervisor",
    "POST /api/v1/contacts/x/special-task": "operator supervisor",
    "GET /api/v1/contacts/x/draft": "operator supervisor",
    "DELETE /api/v1/chat/files/x": "a visitor",
    "GET /api/v1/chat/attachments/x": "a visitor",
    "GET /api/v1/chat/events": "a visitor",
    "GET /api/v1/chat/live": "a visitor",
    "HEAD /api/v1/chat/files/x": "a visitor",
    "PATCH /api/v1/chat/files/x": "a visitor",
    "POST /api/v1/chat/files": "a visitor",
    "POST /api/v1/chat/leave": "a visitor",
    "POST /api/v1/chat/messages": "a visitor",
    "POST /api/v1/chat/seen": "a visitor",
    "DELETE /api/v1/app/uploads/x": "an app",
    "GET /api/v1/app/contacts/x": "an app",
    "GET /api/v1/app/contacts/x/files/x": "an app",
    "GET /api/v1/app/contacts/x/messages": "an app",
    "HEAD /api/v1/app/uploads/x": "an app",
    "PATCH /api/v1/app/uploads/x": "an app",
    "POST /api/v1/app/files": "an app",
    "POST /api/v1/app/messages": "an app",
    "POST /api/v1/app/uploads": "an app",
    "GET /api/v1/chat/puzzle": "everyone",
    "GET /chat": "everyone",
    "GET /form": "everyone",
    "GET /receipt": "everyone",
    "OPTIONS /api/v1/app/uploads": "everyone",
    "OPTIONS /api/v1/chat/files": "everyone",
    "POST /api/v1/chat/session": "everyone",
    "POST /form": "everyone",
    "POST /receipt": "everyone",
}
"""``a visitor`` is whoever began a session of the chat's page, ``an app`` has an API key; no login
stands in for either. Whoever changes a policy changes this line and has it read by a second pair
of eyes."""


OTHER_GUARDS = {"no-visit": "a visitor", "api-key": "an app"}


def spoken(operation: Operation) -> str:
    """An operation as the golden table names it."""
    path = re.sub(r"\{name:\.\+\}", "x", operation.path)
    return f"{operation.method} {PATH_PART.sub('x', path)}"


async def test_every_route_answers_each_role_as_the_golden_table_says(world: WebWorld) -> None:
    """Asked for real, each route by each role: 401 and 403 exactly where the table says so."""
    table = {}
    for operation in world.server.operations:
        allowed, guard = [], ""
        for login, role in LOGINS.items():
            async with world.browser(login) as browser:
                headers = {"Origin": world.url}
                got = await browser.ask(
                    operation.method, spoken(operation).partition(" ")[2], headers=headers
                )
            code = got.json["code"] if got.status == 401 and got.raw else ""
            if operation.method == "HEAD" and got.status == 401:  # which has no body
                code = "no-visit" if "/chat/" in operation.path else "api-key"
            if code in OTHER_GUARDS:
                guard = OTHER_GUARDS[code]
            elif got.status not in (401, 403):
                allowed.append(role.value if role else "everyone")
            elif role is None or login == "":
                assert got.status == 401, spoken(operation)
            else:
                assert got.json["code"] in ("not-allowed", "login-refused"), spoken(operation)
        found = "everyone" if "everyone" in allowed else " ".join(allowed)
        assert not (found and guard), spoken(operation)
        table[spoken(operation)] = guard or found
    # The seat's socket also asks for a seat, which nobody has here; its right is in the table.
    assert table.pop("GET /sip/seat") == ""
    assert table | {"GET /sip/seat": GOLDEN["GET /sip/seat"]} == GOLDEN


async def test_the_table_of_rights_says_the_same(world: WebWorld) -> None:
    """What each route declares gives the golden table too."""
    for operation in world.server.operations:
        if operation.policy is PUBLIC:
            expected = GOLDEN[spoken(operation)]
            assert expected in ("everyone", *OTHER_GUARDS.values())
        else:
            assert isinstance(operation.policy, Right)
            expected = " ".join(r.value for r in Role if may(r, operation.policy))
        assert GOLDEN[spoken(operation)] == expected


async def test_a_route_without_a_policy_stops_the_start(world: WebWorld) -> None:
    """However it came in."""
    cookie = Cookie(secure=False, seconds=1)
    gate = Gate(
        world.accounts, cookie, Origins("", secure=False), (), Limits(), lambda _who, _what: False
    )

    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=request.path)

    async def answer(ask: Ask) -> web.StreamResponse:
        return web.Response(text=ask.address)

    app = web.Application()
    gate.add(
        app,
        Operation(
            method="GET",
            path="/good",
            policy=PUBLIC,
            handler=answer,
            summary="",
            summary_zh="",
            tag="",
        ),
    )
    gate.check(app)
    app.router.add_get("/bad", handler)
    with pytest.raises(RouteWithoutPolicy):
        gate.check(app)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "", "Origin": "null"}, 403),
    ],
)
async def test_what_another_site_sends_changes_nothing(
    world: WebWorld, headers: dict[str, str], status: int
) -> None:
    """CSRF: an unsafe request must say that it is ours, and nothing may say otherwise."""
    async with world.browser() as browser:
        body = {"login": "li", "password": "correct horse 42"}
        answer = await browser.ask("POST", "/api/v1/session", body, headers)
        assert answer.status == status
        if status == 403:
            assert answer.json["code"] == "foreign-origin"
            assert "Set-Cookie" not in answer.headers


async def test_no_word_about_the_origin_is_a_no_and_our_origin_is_enough(world: WebWorld) -> None:
    """A browser without fetch metadata still sends Origin; a script without both is refused."""
    async with world.browser() as browser:
        path, body = f"{world.url}/api/v1/session", {"login": "li", "password": "correct horse 42"}
        async with browser.http.post(path, json=body) as bare:
            assert bare.status == 403
        async with browser.http.post(path, json=body, headers={"Origin": world.url}) as ours:
            assert ours.status == 200


async def test_every_answer_carries_the_security_headers(world: WebWorld) -> None:
    """Pages, API, errors, files: the same policy, no version, a request id."""
    async with world.browser() as browser:
        ids = set()
        for method, path in (
            ("GET", "/"),
            ("GET", "/api/v1/session"),
            ("GET", "/nothing"),
            ("POST", "/console"),
            ("GET", "/health/live"),
        ):
            headers = (await browser.ask(method, path)).headers
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Permissions-Policy"].startswith("microphone=(self)")
            assert headers["Server"] == "hotline"
            ids.add(headers["X-Request-Id"])
        assert len(ids) == 5
        assert all(re.fullmatch("[0-9a-f]{16}", one) for one in ids)
