"""The query: a code opens its own form and no other; tries are few."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.settings import Settings
from gateway.web.limits import Limits
from gateway.web.pages import Pages
from tests.gateway.web.test_form_page import CODE, GOOD, Citizen
from tests.gateway.web.web_world import Answer, web_world


@pytest.fixture
async def citizen(tmp_path: Path) -> AsyncIterator[Citizen]:
    """Somebody on a server that allows ten tries."""
    pages, limits = Pages(Settings(), writes=True), Limits(code_tries_at_once=10)
    async with (
        web_world(tmp_path, pages=pages, limits=limits) as world,
        world.browser() as browser,
    ):
        yield Citizen(world, browser)


async def asks(citizen: Citizen, code: str) -> Answer:
    """Type a code."""
    headers = {"Origin": citizen.world.url}
    url = f"{citizen.world.url}/receipt"
    async with citizen.browser.http.post(url, data={"code": code}, headers=headers) as answer:
        return Answer(answer.status, dict(answer.headers), await answer.read())


async def test_a_code_opens_its_own_form_and_no_other(citizen: Citizen) -> None:
    """State, words and answers of one; the page is kept nowhere."""
    codes = []
    for matter in ("路灯坏了", "噪音太大"):
        page = (await citizen.hands_in(GOOD | {"matter": matter})).raw.decode()
        codes.append(CODE.search(page)[1])  # type: ignore[index]
    first = next(iter(citizen.world.citizens.talks))
    citizen.world.citizens.answer(first, "李", "明天修")
    answer = await asks(citizen, codes[0])
    page = answer.raw.decode()
    assert "路灯坏了" in page
    assert "明天修" in page
    assert "噪音太大" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "等待处理" in (await asks(citizen, codes[1])).raw.decode()


async def test_a_code_of_nobody_and_half_a_code_open_nothing(citizen: Citizen) -> None:
    """Each is told in its own words."""
    assert "没有找到" in (await asks(citizen, "1" * 20)).raw.decode()
    assert "20 位数字" in (await asks(citizen, "1" * 19)).raw.decode()


async def test_guessing_is_slow(citizen: Citizen) -> None:
    """After some tries 429, also for a right code; later it opens again."""
    page = (await citizen.hands_in(GOOD)).raw.decode()
    code = CODE.search(page)[1]  # type: ignore[index]
    statuses = [(await asks(citizen, f"{n:020}")).status for n in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert (await asks(citizen, code)).status == 429
    citizen.world.floor.clock.turn(60)
    assert re.search("路灯坏了", (await asks(citizen, code)).raw.decode())


async def test_a_store_that_is_away_is_told(citizen: Citizen) -> None:
    """503 in words, and the telephone."""
    citizen.world.citizens.away = True
    answer = await asks(citizen, "1" * 20)
    assert answer.status == 503
    assert "稍后再试" in answer.raw.decode()
