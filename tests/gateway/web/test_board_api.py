"""The wallboard's numbers and the token of the screen on the wall."""

import pytest

from gateway.store.wall_link import WallLink
from tests.gateway.web.web_world import WebWorld

BOARD = "/api/v1/board"


def link(world: WebWorld) -> WallLink:
    """What ``hotline wall-link`` uses."""
    return WallLink(world.floor.store.passwords, world.settings.data_dir)


def bearer(token: str) -> dict[str, str]:
    """The header of a screen with this token."""
    return {"Authorization": f"Bearer {token}"}


async def test_those_who_watch_see_the_board(world: WebWorld) -> None:
    """Supervisor and admin; an operator and an auditor do not, nobody unknown does."""
    await world.floor.seated("li", "8001")
    await world.floor.arrives()
    for login, status in (("chen", 200), ("guo", 200), ("li", 403), ("shen", 403)):
        async with world.browser(login) as browser:
            answer = await browser.ask("GET", BOARD)
            assert answer.status == status, login
            if status == 200:
                assert answer.json["waiting"] == 1
                assert answer.json["last_24h"]["open"] == 1
                assert answer.headers["Cache-Control"] == "no-store"
    async with world.browser() as browser:
        assert (await browser.ask("GET", BOARD)).status == 401


async def test_a_screen_on_the_wall_needs_only_its_link(world: WebWorld) -> None:
    """The token opens the board and nothing else; a renewal ends it at once."""
    token = link(world).token()
    assert token == link(world).token()
    async with world.browser() as screen:
        assert (await screen.ask("GET", BOARD, headers=bearer(token))).status == 200
        for path in ("/api/v1/seats", "/api/v1/queues", "/api/v1/session", "/api/v1/audit"):
            assert (await screen.ask("GET", path, headers=bearer(token))).status == 401, path
        renewed = link(world).renew()
        assert renewed != token
        assert (await screen.ask("GET", BOARD, headers=bearer(token))).status == 401
        assert (await screen.ask("GET", BOARD, headers=bearer(renewed))).status == 200


@pytest.mark.parametrize("token", ["x", "中文", "A" * 32, "A" * 4000, "' or 1=1"])
async def test_a_wrong_token_opens_nothing(world: WebWorld, token: str) -> None:
    """Whatever it is made of; also before any link was ever made."""
    async with world.browser() as screen:
        header = bearer(token.encode("utf-8").decode("latin-1"))
        assert (await screen.ask("GET", BOARD, headers=header)).status == 401
        link(world).token()
        assert (await screen.ask("GET", BOARD, headers=header)).status == 401


async def test_a_wrong_token_is_not_saved_by_a_login(world: WebWorld) -> None:
    """Who sends a token is judged by the token."""
    async with world.browser("chen") as browser:
        assert (await browser.ask("GET", BOARD, headers=bearer("x"))).status == 401
        assert (await browser.ask("GET", BOARD)).status == 200


async def test_the_tokens_number_alone_is_no_token(world: WebWorld) -> None:
    """At rest there is only a random number, readable by us alone."""
    token = link(world).token()
    file = world.settings.data_dir / "keys" / "wall.number"
    assert file.stat().st_mode & 0o777 == 0o600
    assert token not in file.read_text()
    async with world.browser() as screen:
        number = file.read_text().strip()
        assert (await screen.ask("GET", BOARD, headers=bearer(number))).status == 401
