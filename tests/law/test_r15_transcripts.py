"""Row 15 (S0§10, S1§14, S4§14): what is said is found by its words, and they lie nowhere in clear.

On request a contact's words stay out of the search altogether; when their time is over, what was
said cannot be read by anybody any more, and the hotline says so.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core.retention import DataClass, Shredded
from gateway.core.transcript import WordsQuery
from tests.gateway.web.web_world import WebWorld, web_world
from tests.heard_rows import a_corrected_segment, a_privacy, a_segment
from tests.message_rows import a_closed_chat, a_message, an_identity
from tests.store_world import NOON, StorePlace, a_recording, an_ended_call

WORDS = ("举报金丝雀", "更正金丝雀", "原话金丝雀", "来信金丝雀")
ENCODINGS = ("utf-8", "utf-16-le", "gb18030", "unicode_escape")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A call of Wang's whose sound was shredded."""
    async with web_world(tmp_path) as world:
        await world.floor.store.record(
            an_ended_call("c1", operator_id="id-wang"),
            a_recording("c1"),
            Shredded(contact_id="c1", what=DataClass.RECORDINGS, at=NOON),
        )
        yield world


async def test_r15_what_is_found_lies_nowhere_in_clear(sqlite_place: StorePlace) -> None:
    """Every word is found as it is shown; no file of the database holds one, its log included."""
    async with sqlite_place.open() as store:
        await store.record(
            an_ended_call("c1"),
            a_segment("s1", "c1", 1, text=WORDS[0]),
            a_corrected_segment("s2", "c1", 2, corrected=WORDS[1], original=WORDS[2]),
            an_identity("i1"),
            a_closed_chat("k1", "i1"),
            a_message("m1", "k1", 1, text=WORDS[3]),
        )
        found = await store.find_words(WordsQuery(text="金丝雀"))
        assert {one.text for one in found} == {WORDS[0], WORDS[1], WORDS[3]}
        files = [path for path in sqlite_place.data_dir.rglob("*") if path.is_file()]
        content = b"\0".join(path.read_bytes() for path in files)
    pairs = {word[at : at + 2] for word in WORDS for at in range(len(word) - 1)}
    assert not [pair for pair in pairs if pair.encode() in content]
    assert not [word for word in WORDS for name in ENCODINGS if word.encode(name) in content]


async def test_r15_on_request_a_contact_is_not_searched(place: StorePlace) -> None:
    """From the moment it is asked for, in each store; what others said stays found."""
    async with place.open() as store:
        await store.record(an_ended_call("c1"), a_segment("s1", "c1", 1, text=WORDS[0]))
        await store.record(an_ended_call("c2"), a_segment("s2", "c2", 1, text=WORDS[0]))
        await store.record(a_privacy("c1"))
        found = await store.find_words(WordsQuery(text="金丝雀"))
    assert [one.contact_id for one in found] == ["c2"]


async def test_r15_a_recording_whose_time_is_over_is_gone_and_says_so(world: WebWorld) -> None:
    """Whoever may hear it is told that it was shredded, not that it never was."""
    async with world.browser("wang") as browser:
        answer = await browser.ask("GET", "/api/v1/contacts/c1/recording")
        none = await browser.ask("GET", "/api/v1/contacts/c2/recording")
    assert (answer.status, answer.json["code"]) == (410, "gone")
    assert none.status == 404
