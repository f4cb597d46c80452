"""What every channel keeps to, whatever its platform; a new one is found by its registry line."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.channel import Channel
from channels.errors import BadSettings, FetchFailed, HookRefused, SendFailed
from channels.feed import Fed
from channels.message import Inbound, Kind, MediaRef, Outbound, Received, Route, WebhookRequest
from channels.registry import CHANNELS
from tests.contracts.channel_fixtures import (
    FOLDER,
    Recorded,
    account_of,
    outcome,
    recorded,
    secrets_of,
)

MOST_HOOK_BYTES = 1024 * 1024
FUZZED = 1000


@pytest.fixture(params=sorted(CHANNELS))
def kind(request: pytest.FixtureRequest) -> str:
    """Every channel that there is."""
    name: str = request.param
    return name


@pytest.fixture
def channel(kind: str, tmp_path: Path) -> Channel:
    """Its fixtures' account."""
    return account_of(kind, tmp_path)


def test_every_channel_has_its_folder_and_every_folder_its_channel() -> None:
    """One file, one line, one folder."""
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(CHANNELS)
    for name in CHANNELS:
        assert (FOLDER / name / "account.json").is_file()
        assert recorded(name)


def test_it_declares_what_it_can_carry(kind: str, channel: Channel) -> None:
    """Before anybody relies on it."""
    caps = channel.caps
    assert channel.kind == kind
    assert caps.text_most >= 100
    assert Kind.TEXT in caps.sends
    assert Route.REPLY in caps.routes
    assert 0 < caps.hook_bytes <= MOST_HOOK_BYTES
    assert bool(caps.scheme) is not caps.pull


def test_what_came_over_the_wire_becomes_what_is_written(kind: str, tmp_path: Path) -> None:
    """Each recorded request, by an account that has heard nothing before."""
    for one in recorded(kind):
        assert outcome(account_of(kind, tmp_path), one.request) == one.becomes, one.name


def test_its_folder_holds_the_hard_cases(kind: str, channel: Channel) -> None:
    """A good one, a forged one, and a kind that nobody knows; or no hook at all."""
    rows = recorded(kind)
    if not channel.caps.hooked:
        assert {one.becomes.get("status") for one in rows} == {404}
        return
    assert "forged" in {one.becomes.get("refused") for one in rows}
    if isinstance(channel, Fed):
        return  # its hook only says that there is something
    kinds = {m["kind"] for one in rows if one.good for m in one.becomes["messages"]}
    assert {"text", "unknown"} <= kinds


def good_ones(kind: str) -> list[Recorded]:
    """Requests that are believed."""
    return [one for one in recorded(kind) if one.good]


def test_without_its_proof_nothing_is_believed(kind: str, tmp_path: Path) -> None:
    """The same body without query, without headers, or without either."""
    for one in good_ones(kind):
        bare = dataclasses.replace(one.request, query={}, headers={})
        with pytest.raises(HookRefused):
            account_of(kind, tmp_path).receive(bare)


def test_a_replay_makes_nothing_new(kind: str, tmp_path: Path) -> None:
    """Whatever comes again says the same keys again, or is refused; also much later."""
    for one in good_ones(kind):
        channel = account_of(kind, tmp_path)
        first = {message.key for message in channel.receive(one.request).messages}
        for seconds in (0, 1, 20, 86_400):
            later = one.request.received_at + timedelta(seconds=seconds)
            again = dataclasses.replace(one.request, received_at=later)
            try:
                received = channel.receive(again)
            except HookRefused:
                continue
            assert {message.key for message in received.messages} <= first, one.name


def test_a_key_names_nobody(kind: str, tmp_path: Path) -> None:
    """It is kept in the clear: who wrote does not stand in it, by whatever name."""
    for one in good_ones(kind):
        for message in account_of(kind, tmp_path).receive(one.request).messages:
            known_by = [message.sender.value, *(value for _, value in message.sender.aliases)]
            assert not [value for value in known_by if value in message.key], one.name


def must_be_sound(received: Received) -> None:
    """What the store and the screens rely on."""
    for one in received.messages:
        assert isinstance(one, Inbound)
        assert one.key
        assert len(one.key) <= 512
        assert one.sender.scheme
        assert one.sender.value
        assert one.sent_at.tzinfo is not None
        said = [one.text, one.sender.name, one.event, *one.fields.values()]
        for text in said:
            text.encode()
            assert "\0" not in text
        if one.kind in (Kind.EVENT, Kind.UNKNOWN):
            assert one.event or one.fields.get("type") is not None


def requests_like(rows: list[Recorded]) -> st.SearchStrategy[WebhookRequest]:
    """Good requests with something in them changed, and requests of anything."""
    words = st.text(max_size=40)
    flipped = st.tuples(st.sampled_from(rows), st.binary(max_size=12), st.integers(0, 4000))

    def spoilt(drawn: tuple[Recorded, bytes, int]) -> WebhookRequest:
        one, piece, at = drawn
        body = one.request.body
        at %= len(body) + 1
        return dataclasses.replace(one.request, body=body[:at] + piece + body[at + len(piece) :])

    asked = st.tuples(
        st.sampled_from(rows), st.dictionaries(words, words, max_size=4), st.booleans()
    )

    def asked_otherwise(drawn: tuple[Recorded, dict[str, str], bool]) -> WebhookRequest:
        one, more, headers = drawn
        if headers:
            return dataclasses.replace(one.request, headers={**one.request.headers, **more})
        names = [*one.request.query, "x"]
        turned = dict(zip(names, more.values(), strict=False))
        return dataclasses.replace(one.request, query={**one.request.query, **turned})

    anything = st.tuples(st.sampled_from(rows), st.binary(max_size=400)).map(
        lambda drawn: dataclasses.replace(drawn[0].request, body=drawn[1])
    )
    return flipped.map(spoilt) | asked.map(asked_otherwise) | anything


def test_nothing_that_comes_is_a_fault_of_ours(kind: str, tmp_path: Path) -> None:
    """A thousand requests, spoilt or made up: sound messages, or refused; no other error."""
    channel = account_of(kind, tmp_path)

    @settings(max_examples=FUZZED, deadline=None)
    @given(request=requests_like(recorded(kind)))
    def fuzz(request: WebhookRequest) -> None:
        status = 200
        try:
            must_be_sound(channel.receive(request))
        except HookRefused as refused:
            status = refused.answer.status
        assert status == 200 or 400 <= status < 500

    fuzz()


def test_what_is_recorded_is_sound(kind: str, tmp_path: Path) -> None:
    """Its own good requests above all."""
    for one in good_ones(kind):
        must_be_sound(account_of(kind, tmp_path).receive(one.request))


async def test_its_check_raises_nothing_without_a_platform(kind: str, channel: Channel) -> None:
    """What is wrong has a fix, in both languages; no secret is told."""
    async with channel:
        found = await channel.check()
    assert found
    for one in found:
        assert one.name
        assert one.zh
        assert one.en
        assert one.good or (one.fix_zh and one.fix_en), one
        assert not any(secret in f"{one}" for secret in secrets_of(kind))
    assert all(one.good for one in found) is channel.caps.pull


async def test_a_platform_that_is_away_is_said_by_its_name(channel: Channel) -> None:
    """Sending may be tried again, fetching too; a page that pulls takes it here."""
    outbound = Outbound(key="k", scheme=channel.caps.scheme, to="987654321", text="您好")
    media = MediaRef(ref="m", kind=Kind.IMAGE)
    async with channel:
        if channel.caps.pull:
            assert (await channel.send(outbound)).parts == ()
        else:
            with pytest.raises(SendFailed) as failed:
                await channel.send(outbound)
            assert failed.value.retryable
            assert failed.value.provider_code
        with pytest.raises(FetchFailed) as lost:
            _ = [piece async for piece in channel.fetch(media, 1000)]
        assert lost.value.again is not channel.caps.pull


async def test_it_opens_and_closes_again(kind: str, tmp_path: Path) -> None:
    """Twice in a row, and when what is inside fails."""
    for _ in range(2):
        async with account_of(kind, tmp_path):
            pass
    with pytest.raises(ZeroDivisionError):
        async with account_of(kind, tmp_path):
            raise ZeroDivisionError
    assert len(asyncio.all_tasks()) == 1


def test_a_wrong_option_stops_it(kind: str, tmp_path: Path) -> None:
    """No typo passes in silence."""
    with pytest.raises(BadSettings) as wrong:
        account_of(kind, tmp_path, no_such_option="x")
    assert [key for key, _, _ in wrong.value.problems] == ["no_such_option"]


def test_no_secret_is_in_what_it_prints(kind: str, channel: Channel) -> None:
    """However it is shown."""
    for secret in secrets_of(kind):
        assert secret not in repr(channel) + str(channel)
