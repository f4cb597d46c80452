"""Logging in over HTTP."""

from tests.gateway.web.web_world import PASSWORD, WebWorld


async def test_a_login_gives_a_cookie_that_scripts_and_other_sites_cannot_use(
    world: WebWorld,
) -> None:
    """HttpOnly, SameSite=Strict, the whole site, no cache."""
    async with world.browser() as browser:
        answer = await browser.log_in("LI ")
        assert answer.status == 200
        assert answer.json["login"] == "li"
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("hotline_session=")
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert answer.headers["Cache-Control"] == "no-store"
        me = await browser.ask("GET", "/api/v1/session")
        assert me.json == answer.json
        assert me.json["rights"] == [
            "flag_number",
            "play_recording",
            "reveal_number",
            "see_own_contacts",
            "self",
            "take_calls",
        ]


async def test_every_login_has_a_new_token_and_the_old_one_ends(world: WebWorld) -> None:
    """A token fixed beforehand is worth nothing (session fixation)."""
    async with world.browser() as browser:
        first = (await browser.log_in("li")).headers["Set-Cookie"].partition(";")[0]
        second = (await browser.log_in("li")).headers["Set-Cookie"].partition(";")[0]
        assert first != second
    async with world.browser() as other:
        assert (await other.ask("GET", "/api/v1/session", headers={"Cookie": first})).status == 401
        assert (await other.ask("GET", "/api/v1/session", headers={"Cookie": second})).status == 200


async def test_a_wrong_login_says_the_same_whatever_was_wrong(world: WebWorld) -> None:
    """Nobody learns which logins exist."""
    async with world.browser() as browser:
        wrong = await browser.log_in("li", "wrong password")
        nobody = await browser.log_in("nobody", "wrong password")
        assert wrong.status == nobody.status == 401
        assert wrong.json["code"] == nobody.json["code"] == "login-refused"
        assert wrong.json["title"] == nobody.json["title"] == "登录名或密码不正确"


async def test_a_guesser_must_wait_and_is_told_how_long(world: WebWorld) -> None:
    """429 with Retry-After."""
    async with world.browser() as browser:
        answers = [await browser.log_in("li", "wrong password") for _ in range(5)]
        assert answers[-1].status == 429
        assert int(answers[-1].headers["Retry-After"]) >= 1
        assert answers[-1].json["retry_after_seconds"] > 0


async def test_logging_out_ends_the_session(world: WebWorld) -> None:
    """The cookie's token is dead, not only forgotten; without one it is no error."""
    async with world.browser() as browser:
        cookie = (await browser.log_in("li")).headers["Set-Cookie"].partition(";")[0]
        assert (await browser.ask("DELETE", "/api/v1/session")).status == 204
        again = await browser.ask("GET", "/api/v1/session", headers={"Cookie": cookie})
        assert again.status == 401
        assert again.json["code"] == "not-logged-in"
        assert (await browser.ask("DELETE", "/api/v1/session")).status == 204


async def test_whoever_must_change_their_password_can_do_only_that(world: WebWorld) -> None:
    """A password that an admin knows opens nothing but its own change."""
    password = await world.accounts.reset_password("li")
    async with world.browser() as browser:
        assert (await browser.log_in("li", password)).json["must_change_password"] is True
        shut = await browser.ask("GET", "/api/v1/options")
        assert shut.status == 403
        assert shut.json["code"] == "password-change-required"
        path = "/api/v1/session/password"
        short = await browser.ask("POST", path, {"old": password, "new": "123"})
        assert short.status == 422
        assert {one["code"] for one in short.json["errors"]} == {
            "password-too-short",
            "password-too-simple",
        }
        wrong = await browser.ask("POST", path, {"old": "not it at all", "new": "entirely new 7"})
        assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "/old")
        done = await browser.ask("POST", path, {"old": password, "new": "entirely new 7"})
        assert done.status == 200
        assert done.json["must_change_password"] is False
        assert (await browser.ask("GET", "/api/v1/options")).status == 200


async def test_options_name_who_sits_where(world: WebWorld) -> None:
    """A free seat says null, a taken one its person's name."""
    await world.floor.seated("wang", "8002")
    async with world.browser("li") as browser:
        options = (await browser.ask("GET", "/api/v1/options")).json
        taken = {seat["number"]: seat["taken_by"] for seat in options["seats"]}
        assert taken == {"8001": None, "8002": "王芳", "8003": None}
        assert options["site"]["city_zh"] == "示范市"
        assert [one["code"] for one in options["break_reasons"]][:2] == ["rest", "meal"]


async def test_a_body_is_read_strictly(world: WebWorld) -> None:
    """Unknown, missing, doubled, wrongly typed and unreadable fields are told apart from none."""
    async with world.browser() as browser:
        path = "/api/v1/session"
        for raw in (
            b'{"login":"li"}',
            b'{"login":"li","password":"x","more":1}',
            b'{"login":"li","login":"wang","password":"x"}',
            b'{"login":1,"password":"x"}',
            b'{"login":"l\\u0000i","password":"x"}',
            b'{"login":"l\\ud800i","password":"x"}',
            b'{"login":NaN,"password":"x"}',
            b"[]",
            b"",
            b"\xff",
            b"[" * 60000,
        ):
            answer = await browser.ask("POST", path, raw=raw)
            assert answer.status == 422, raw[:40]
            assert answer.json["errors"]
        both = await browser.ask("POST", path, raw=b'{"x":1}')
        assert [one["pointer"] for one in both.json["errors"]] == ["/login", "/password", "/x"]
        form = await browser.ask("POST", path, headers={"Content-Type": "text/plain"}, raw=b"{}")
        assert form.status == 415
        zipped = {"Content-Encoding": "gzip"}
        assert (await browser.ask("POST", path, headers=zipped, raw=b"{}")).status == 415
        right = await browser.ask("POST", path, {"login": "li", "password": PASSWORD})
        assert right.status == 200
