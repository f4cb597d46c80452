"""The form over HTTP: what is refused, what is kept, what a flood meets."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from config.settings import Settings
from gateway.core.query_code import code_hash, typed
from gateway.web.form_tokens import FORM_SECONDS
from gateway.web.limits import Limits
from gateway.web.pages import Pages
from tests.eventually import eventually
from tests.gateway.web.web_world import Answer, Browser, WebWorld, web_world

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
GOOD = {"matter": "路灯坏了", "want_feedback": "no"}
TOKEN = re.compile(r'name="form" value="([^"]+)"')
CODE = re.compile(r'data-testid="receipt-code">([0-9 ]+)<')


@dataclass
class Citizen:
    """Somebody with the form in front of them."""

    world: WebWorld
    browser: Browser

    async def token(self) -> str:
        """The form's token."""
        page = await self.browser.ask("GET", "/form")
        found = TOKEN.search(page.raw.decode())
        assert found
        return found[1]

    async def hands_in(
        self,
        fields: Mapping[str, str],
        *,
        token: str | None = None,
        photos: tuple[bytes, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """As a browser does: multipart, from our own page."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("form", await self.token() if token is None else token)
        for name, value in fields.items():
            form.add_field(name, value)
        form.add_field("photos", b"", filename="", content_type="application/octet-stream")
        for number, photo in enumerate(photos):
            form.add_field("photos", photo, filename=f"照片 {number}.png", content_type="image/png")
        sent = {"Origin": self.world.url, "Sec-Fetch-Site": "same-origin"} | dict(headers or {})
        async with self.browser.http.post(
            f"{self.world.url}/form", data=form, headers=sent
        ) as answer:
            return Answer(answer.status, dict(answer.headers), await answer.read())


@pytest.fixture
async def citizen(tmp_path: Path) -> AsyncIterator[Citizen]:
    """A server with the real pages, and somebody there."""
    pages = Pages(Settings(), writes=True)
    async with web_world(tmp_path, pages=pages) as world, world.browser() as browser:
        yield Citizen(world, browser)


async def test_a_form_is_recorded_with_a_code_that_only_its_citizen_knows(
    citizen: Citizen,
) -> None:
    """The store has the hash; each form is a person of its own."""
    for _ in range(2):
        answer = await citizen.hands_in(GOOD | {"place": "人民路", "confidential": "yes"})
        assert answer.status == 200
        found = CODE.search(answer.raw.decode())
        assert found
        code = typed(found[1])
        assert citizen.world.citizens.talks
        assert [one.code for one in citizen.world.citizens.talks.values()][-1] == code_hash(code)
        assert answer.headers["Cache-Control"] == "no-store"
    values = [one.value for one in citizen.world.citizens.talks.values()]
    assert len(set(values)) == 2
    inbound = citizen.world.citizens.talks[next(iter(citizen.world.citizens.talks))].inbounds[0]
    assert inbound.fields["confidential"] == "yes"


async def test_handed_in_twice_it_is_one(citizen: Citizen) -> None:
    """A double click, or a page that is loaded again."""
    token = await citizen.token()
    answers = await asyncio.gather(*(citizen.hands_in(GOOD, token=token) for _ in range(3)))
    assert len({CODE.search(one.raw.decode())[1] for one in answers}) == 1  # type: ignore[index]
    assert len(citizen.world.citizens.talks) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_a_form_of_another_site_is_refused(citizen: Citizen, headers: dict[str, str]) -> None:
    """Also with a good token: 403 and nothing recorded."""
    answer = await citizen.hands_in(GOOD, headers=headers)
    assert answer.status == 403
    assert not citizen.world.citizens.talks


@pytest.mark.parametrize("token", ["", "x", "A" * 22 + ".1700000000." + "A" * 43])
async def test_a_token_that_is_not_ours_is_asked_again_and_nothing_is_lost(
    citizen: Citizen, token: str
) -> None:
    """The words are in the page that comes back, with a token of ours."""
    answer = await citizen.hands_in(GOOD, token=token)
    page = answer.raw.decode()
    assert "路灯坏了" in page
    assert TOKEN.search(page)
    assert not citizen.world.citizens.talks


async def test_a_form_left_open_for_days_loses_no_word(citizen: Citizen) -> None:
    """It says so, and the second try goes through."""
    token = await citizen.token()
    citizen.world.floor.clock.turn(FORM_SECONDS + 1)
    answer = await citizen.hands_in(GOOD, token=token)
    page = answer.raw.decode()
    assert "打开太久" in page
    found = TOKEN.search(page)
    assert found
    assert (await citizen.hands_in(GOOD, token=found[1])).status == 200
    assert len(citizen.world.citizens.talks) == 1


async def test_a_store_that_is_away_loses_no_word(citizen: Citizen) -> None:
    """503 with the form as it was filled in; the same form goes through later."""
    token = await citizen.token()
    citizen.world.citizens.away = True
    answer = await citizen.hands_in(GOOD, token=token, photos=(PNG,))
    page = answer.raw.decode()
    assert answer.status == 503
    assert "路灯坏了" in page
    assert "照片 0.png" in page
    citizen.world.citizens.away = False
    kept = re.findall(r'name="kept" value="([^"]+)"', page)
    assert (await citizen.hands_in(GOOD | {"kept": kept[0]}, token=token)).status == 200
    assert len(citizen.world.citizens.one().inbounds[0].media) == 1


async def test_photos_are_kept_by_whose_form_they_are(citizen: Citizen) -> None:
    """Another form cannot name them; what is no picture is told beside the field."""
    token = await citizen.token()
    answer = await citizen.hands_in({"matter": ""}, token=token, photos=(PNG, b"MZ" + bytes(50)))
    assert 'id="photos-fault"' in answer.raw.decode()
    kept = re.findall(r'name="kept" value="([^"]+)"', answer.raw.decode())
    assert len(kept) == 1
    await citizen.hands_in(GOOD | {"kept": kept[0]})
    assert citizen.world.citizens.one().inbounds[0].media == ()


async def test_six_photos_are_one_too_many(citizen: Citizen) -> None:
    """Five are kept; how many are allowed is said."""
    answer = await citizen.hands_in(GOOD, photos=(PNG,) * 6)
    assert answer.status == 422
    assert len(re.findall('name="kept"', answer.raw.decode())) == 5


async def test_a_flood_from_one_address_is_asked_for_a_proof_and_told_the_number(
    tmp_path: Path,
) -> None:
    """Free for some, then 429 with every word kept; never a puzzle before."""
    limits = Limits(visits_free_an_hour=0.001, visits_at_once=3)
    pages = Pages(Settings(), writes=True)
    async with web_world(tmp_path, pages=pages, limits=limits) as world, world.browser() as browser:
        citizen = Citizen(world, browser)
        for count in range(5):
            answer = await citizen.hands_in(GOOD)
            assert answer.status == (200 if count < 3 else 429)
        page = answer.raw.decode()
        assert "data-puzzle" in page
        assert "12345" in page
        assert "路灯坏了" in page
        assert len(world.citizens.talks) == 3


async def test_a_crowd_of_uploads_is_asked_to_come_back(tmp_path: Path) -> None:
    """Bodies in memory are few: one that dribbles holds its place, the next is told so."""
    limits = Limits(forms_under_way=1)
    pages = Pages(Settings(), writes=True)
    async with web_world(tmp_path, pages=pages, limits=limits) as world, world.browser() as browser:
        citizen = Citizen(world, browser)
        _, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
        writer.write(
            b"POST /form HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500\r\n\r\n--b\r\n"
        )

        async def refused() -> bool:
            return (await citizen.hands_in(GOOD)).status == 429

        await eventually(refused)
        writer.transport.abort()
