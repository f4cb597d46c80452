"""The Apps' interface: keys, one message however often it is sent, and never a fault of ours."""

import asyncio
import io
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from channels.message import Datum
from gateway.intake.throttling import From, Source
from gateway.web.limits import Limits
from tests.gateway.web.web_world import APP_ACCOUNT, APP_KEY, Answer, Browser, WebWorld, web_world

APP = "/api/v1/app"
BEARER = {"Authorization": f"Bearer {APP_KEY}"}


@pytest.fixture
async def app(world: WebWorld) -> AsyncIterator[Browser]:
    """The App's server."""
    async with world.browser() as browser:
        yield browser


async def say(app: Browser, body: Any, key: str = "key-00001", **headers: str) -> Answer:
    """A user's message."""
    sent = BEARER | {"Idempotency-Key": key} | headers
    return await app.ask("POST", f"{APP}/messages", body, sent)


GOOD = {"user_id": "u1", "text": "路灯坏了"}


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer x", f"Basic {APP_KEY}", f"Bearer {APP_KEY}x", "Bearer é"],
)
async def test_without_a_key_nothing_is_done(
    world: WebWorld, app: Browser, authorization: str
) -> None:
    """401 before the body is looked at."""
    headers = {"Authorization": authorization, "Idempotency-Key": "key-00001"}
    answer = await app.ask("POST", f"{APP}/messages", headers=headers, raw=b"no json")
    assert answer.status == 401
    assert answer.json["code"] == "api-key"
    assert not world.citizens.talks


async def test_a_message_with_everything(world: WebWorld, app: Browser) -> None:
    """User, place with its datum, urgency; the account is the key's."""
    file = await app.ask(
        "POST", f"{APP}/files", headers=BEARER | {"Content-Type": "image/png"}, raw=b"\x89PNG"
    )
    place = {"latitude": 31.2, "longitude": 121.5, "datum": "gcj02", "address": "人民路"}
    more = {"urgent": True, "user_name": "李明", "files": [file.json["id"]]}
    answer = await say(
        app, GOOD | place | more | {"file_names": ["a.png"], "file_types": ["image/png"]}
    )
    assert answer.status == 201
    talk = world.citizens.one()
    assert world.citizens.origins == {From(address="127.0.0.1", source=Source.PLATFORM)}
    (inbound,) = talk.inbounds
    assert (talk.account, talk.scheme, talk.value) == (APP_ACCOUNT, "app_uid", "u1")
    assert inbound.location
    assert inbound.location.datum is Datum.GCJ02
    assert dict(inbound.fields) == {"urgent": "yes"}
    assert inbound.media[0].name == "a.png"


async def test_the_same_key_is_the_same_message(world: WebWorld, app: Browser) -> None:
    """Three at once and one later: one message, one answer; another body: 422."""
    answers = await asyncio.gather(*(say(app, GOOD) for _ in range(3)))
    answers.append(await say(app, GOOD))
    assert sorted(one.status for one in answers) == [200, 200, 200, 201]
    assert len({one.json["id"] for one in answers}) == 1
    other = await say(app, GOOD | {"text": "别的"})
    assert other.status == 422
    assert other.json["code"] == "key-used-otherwise"
    assert len(world.citizens.one().inbounds) == 1


async def test_another_body_is_found_also_after_a_restart(tmp_path: Path) -> None:
    """What was recorded is compared where memory has gone."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    async with web_world(tmp_path / "a") as first, first.browser() as app:
        await say(app, GOOD)
        citizens = first.citizens
        async with web_world(tmp_path / "b") as second, second.browser() as again:
            second.citizens.talks, second.citizens.keys = citizens.talks, citizens.keys
            assert (await say(again, GOOD | {"text": "别的"})).status == 422


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"text": ""}, "/text"),
        ({"user_id": ""}, "/user_id"),
        ({"latitude": 91, "longitude": 0}, "/latitude"),
        ({"latitude": 31.0}, "/latitude"),
        ({"datum": "mars"}, "/datum"),
        ({"files": ["0" * 32]}, "/files"),
        ({"urgent": "yes"}, "/urgent"),
        ({"extra": 1}, "/extra"),
    ],
)
async def test_what_does_not_fit_is_told_where(
    app: Browser, more: dict[str, Any], pointer: str
) -> None:
    """RFC 9457 with a pointer to it."""
    answer = await say(app, GOOD | more)
    assert answer.status == 422
    assert pointer in [one["pointer"] for one in answer.json["errors"]]


async def test_an_app_reads_its_own_conversations_only(world: WebWorld, app: Browser) -> None:
    """Answers and state; a conversation of the web's page is not found."""
    conv = (await say(app, GOOD)).json["conv"]
    world.citizens.answer(conv, "李", "明天修")
    found = await app.ask("GET", f"{APP}/contacts/{conv}/messages?after=1", headers=BEARER)
    assert [one["body"]["text"] for one in found.json["events"]] == ["明天修"]
    status = await app.ask("GET", f"{APP}/contacts/{conv}", headers=BEARER)
    assert status.json["operator_name"] == "李"
    await app.ask("POST", "/api/v1/chat/session", {})
    said = await app.ask(
        "POST", "/api/v1/chat/messages", {"text": "x"}, {"Idempotency-Key": "key-00001"}
    )
    for path in ("", "/messages", "/files/x"):
        theirs = f"{APP}/contacts/{said.json['conv']}{path}"
        assert (await app.ask("GET", theirs, headers=BEARER)).status == 404


async def test_a_file_has_a_length_and_a_limit(app: Browser) -> None:
    """Empty, too long, squeezed."""
    headers = BEARER | {"Content-Type": "application/octet-stream"}
    assert (await app.ask("POST", f"{APP}/files", headers=headers, raw=b"")).status == 422
    url = f"{app.world.url}{APP}/files"
    big = io.BytesIO(bytes(Limits().app_file_bytes + 1))
    async with app.http.post(url, data=big, headers=headers) as answer:
        assert answer.status == 413
    zipped = headers | {"Content-Encoding": "gzip"}
    assert (await app.ask("POST", f"{APP}/files", headers=zipped, raw=b"x")).status == 415


async def test_a_key_that_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    """429 with Retry-After, by key and not by address."""
    limits = Limits(app_posts_a_second=0.01, app_posts_at_once=2)
    async with web_world(tmp_path, limits=limits) as world, world.browser() as app:
        answers = [await say(app, GOOD, f"key-{n:05}") for n in range(3)]
        assert [one.status for one in answers] == [201, 201, 429]
        assert int(answers[-1].headers["Retry-After"]) > 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)
NAMES = st.sampled_from([
    "user_id", "user_name", "text", "urgent", "latitude", "longitude", "datum", "accuracy_m",
    "address", "files", "file_names", "file_types", "x",
])  # fmt: skip
HEADERS = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), max_size=70
)


ASKED = st.tuples(
    st.dictionaries(NAMES, VALUES, max_size=8) | VALUES,
    HEADERS,
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
)


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(asked=st.lists(ASKED, min_size=20, max_size=30))
def test_whatever_an_app_sends_is_never_a_fault_of_ours(
    tmp_path: Path, asked: list[tuple[Any, str, str]]
) -> None:
    """Bodies, keys, queries and tus headers of every kind: below 500, as the document says."""
    folder = tmp_path / secrets.token_hex(4)
    folder.mkdir()

    async def fuzz() -> None:
        async with web_world(folder) as world, world.browser() as app:
            for number, (body, header, query) in enumerate(asked):
                key = header.strip() if number % 2 else f"key-{number:05}"
                raw = json.dumps(body).encode()
                headers = BEARER | {"Idempotency-Key": key}
                answer = await app.ask("POST", f"{APP}/messages", headers=headers, raw=raw)
                assert answer.status < 500, (body, header)
                tus = BEARER | {"Tus-Resumable": "1.0.0", "Upload-Length": header.strip()}
                answer = await app.ask("POST", f"{APP}/uploads", headers=tus, raw=b"")
                assert answer.status < 500, header
                path = f"{APP}/contacts/x/messages?{query.replace('#', '')}"
                assert (await app.ask("GET", path, headers=BEARER)).status < 500, query

    asyncio.run(fuzz())
