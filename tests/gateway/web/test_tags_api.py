"""The figures of special lines: for those who watch, as JSON and as a sheet."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

from gateway.core.number import Number
from gateway.intake.tag_figures import COLUMNS, cell
from tests.gateway.intake.test_tagging import BUSINESS, dials, numbers
from tests.gateway.web.web_world import WebWorld

PATH = "/api/v1/statistics/tags"


def asked(world: WebWorld, path: str = PATH, *, days: float = 1) -> str:
    """The figures of the last day, or of so many days from then on."""
    since = world.floor.clock.now() - timedelta(hours=1)
    until = since + timedelta(days=days)
    return f"{path}?{urlencode({'since': since.isoformat(), 'until': until.isoformat()})}"


async def test_those_who_watch_see_each_line(world: WebWorld) -> None:
    """Supervisor and admin; nobody else. The sheet says what the page says."""
    floor = world.floor
    await numbers(
        floor,
        Number(did="12345", queue="civil"),
        Number(did=BUSINESS, queue="enterprise", tag="enterprise", origin="12346"),
    )
    await floor.hangs_up(await dials(floor, BUSINESS))
    await dials(floor, "12345", "13800005678")
    for login, status in (("chen", 200), ("guo", 200), ("li", 403), ("shen", 403)):
        async with world.browser(login) as browser:
            for path in (PATH, f"{PATH}.csv"):
                answer = await browser.ask("GET", asked(world, path))
                assert answer.status == status, (login, path)
    async with world.browser("chen") as browser:
        found = (await browser.ask("GET", asked(world))).json
        assert found["whole"]["arrived"] == 2
        (plain, mine) = found["tags"]
        assert (plain["name"], plain["open"]) == ("", 1)
        assert (mine["name"], mine["arrived"], mine["abandoned"]) == ("enterprise", 1, 1)
        assert [one["name"] for one in found["origins"]] == ["", "12346"]
        sheet = await browser.ask("GET", asked(world, f"{PATH}.csv"))
        assert sheet.headers["Content-Type"] == "text/csv; charset=utf-8"
        text = sheet.raw.decode()
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert [row[COLUMNS["name"]] for row in rows] == ["", "", "enterprise", "", "12346"]
        assert [row[COLUMNS["arrived"]] for row in rows] == ["2", "1", "1", "1", "1"]
        assert "1380000" not in text


async def test_a_time_that_is_none_or_too_long_is_refused(world: WebWorld) -> None:
    """It says why, and nothing is counted."""
    async with world.browser("chen") as browser:
        for days in (0, -1, 401):
            answer = await browser.ask("GET", asked(world, days=days))
            assert answer.status == 422
        assert (await browser.ask("GET", PATH)).status == 422


def test_a_sheet_computes_nothing() -> None:
    """What a spreadsheet would take for a formula stays a text; figures stay figures."""
    for text in ("=1+1", "+86", "-1", "@x", "\tx", "\r=x"):
        assert cell(text) == f"'{text}"
    assert [cell("enterprise"), cell(-1), cell(0.5), cell(None)] == ["enterprise", -1, 0.5, ""]
