"""A bot against a whole Bot API: its settings, what it sends and fetches, its check."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

import channels.telegram as door
from channels.errors import (
    BadSettings,
    FetchFailed,
    RecipientGone,
    SendFailed,
    TryLater,
    Unreachable,
)
from channels.message import Kind, MediaRef, Outbound, OutFile
from channels.registry import open_account
from channels.telegram_split import MOST_UNITS, split
from tests.channels.telegram_world import bot_and_api, options_in
from tests.peers.telegram_peer import SECRET, TOKEN, telegram_peer

CHECKOUT = Path(__file__).resolve().parents[2]
OPENED = """
import json, sys
from channels.errors import BadSettings
from channels.registry import open_account
try:
    open_account("telegram", "main", json.load(sys.stdin))
    print([])
except BadSettings as bad:
    print(json.dumps(bad.problems))
"""


def test_it_is_off_until_somebody_answers_for_the_data(tmp_path: Path) -> None:
    """The reason is said, in both languages, with the law it stands in."""
    options = options_in(tmp_path)
    del options["abroad"]
    with pytest.raises(BadSettings) as raised:
        open_account("telegram", "main", options)
    ((key, zh, en),) = raised.value.problems
    assert key == "abroad"
    assert "出境" in zh
    assert "PIPL" in en


def test_wrong_settings_are_said_together_without_the_secrets(tmp_path: Path) -> None:
    """Token and secret have a form; what was written is not repeated."""
    options = options_in(tmp_path, base_url="ftp://x")
    (tmp_path / "token").write_text("hush")
    (tmp_path / "secret").write_text("short")
    with pytest.raises(BadSettings) as raised:
        open_account("telegram", "main", options)
    assert {key for key, _, _ in raised.value.problems} == {
        "token_file", "secret_file", "base_url",
    }  # fmt: skip
    assert "hush" not in str(raised.value)
    assert "short" not in str(raised.value)


@pytest.mark.parametrize("there", [True, False])
def test_without_its_library_it_says_how_to_get_it(tmp_path: Path, *, there: bool) -> None:
    """No traceback of an import, in a Python that has everything but this library."""
    packages = tmp_path / "packages"
    packages.mkdir()
    for one in Path(sysconfig.get_path("purelib")).iterdir():
        if there or one.name != "telegram":
            (packages / one.name).symlink_to(one)
    done = subprocess.run(
        [sys.executable, "-P", "-S", "-c", OPENED],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(packages), str(CHECKOUT)))},
        input=json.dumps(options_in(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    problems = json.loads(done.stdout)
    install = ["hotline channel install telegram" in en for _, _, en in problems]
    assert install == ([] if there else [True])


async def test_what_is_said_arrives(tmp_path: Path) -> None:
    """Text in parts, then files by their kind; each part's id comes back."""
    for name in ("p.jpg", "d.pdf", "v.ogg"):
        (tmp_path / name).write_bytes(name.encode())
    files = (
        OutFile(
            path=str(tmp_path / "p.jpg"), kind=Kind.IMAGE, name="p.jpg", content_type="image/jpeg"
        ),
        OutFile(path=str(tmp_path / "d.pdf"), kind=Kind.FILE, name="证明.pdf", content_type="x/y"),
        OutFile(path=str(tmp_path / "v.ogg"), kind=Kind.VOICE, name="v", content_type="audio/ogg"),
    )
    async with bot_and_api(tmp_path) as (bot, peer):
        outbound = Outbound(
            key="k", scheme="tg_id", to="987654321", text="字" * 5000, files=files, reply_to="42"
        )
        sent = await bot.send(outbound)
        assert sent.parts == ("5001", "5002", "5003", "5004", "5005")
        texts = [one["text"] for one in peer.made("sendMessage")]
        assert "".join(texts) == "字" * 5000
        assert peer.made("sendMessage")[0]["reply_parameters"]
        assert peer.uploads == {"p.jpg": b"p.jpg", "证明.pdf": b"d.pdf", "v": b"v.ogg"}


async def test_a_second_try_says_nothing_twice(tmp_path: Path) -> None:
    """It goes on with the part that the platform did not take."""
    async with bot_and_api(tmp_path) as (bot, peer):
        text = "一" * MOST_UNITS + "二" * 10
        outbound = Outbound(key="k", scheme="tg_id", to="987654321", text=text)
        await bot.send(Outbound(key="j", scheme="tg_id", to="987654321", text="a"))
        peer.calls.clear()
        peer.waits = 1
        with pytest.raises(TryLater) as later:
            await bot.send(outbound)
        assert later.value.retry_after_seconds == 3
        assert later.value.retryable
        assert (await bot.send(outbound)).parts == ("5002", "5003")
        assert [len(one["text"]) for one in peer.made("sendMessage")] == [
            MOST_UNITS,
            MOST_UNITS,
            10,
        ]


async def test_each_refusal_has_its_name(tmp_path: Path) -> None:
    """Blocked and unknown: gone. A broken server: perhaps later. A wrong address: never."""
    async with bot_and_api(tmp_path) as (bot, peer):

        async def say(to: str) -> None:
            await bot.send(Outbound(key=to, scheme="tg_id", to=to, text="x"))

        peer.blocked.add(5555)
        with pytest.raises(RecipientGone):
            await say("5555")
        with pytest.raises(RecipientGone):
            await say("12")
        with pytest.raises(SendFailed) as failed:
            await say("not a number")
        assert not failed.value.retryable
        peer.faults = 1
        with pytest.raises(Unreachable):
            await say("987654321")
    closed = open_account("telegram", "x", options_in(tmp_path, "http://127.0.0.1:9"))
    async with closed as bot:
        with pytest.raises(Unreachable):
            await say("987654321")


async def test_a_file_comes_whole_and_its_address_is_in_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The address holds the token."""
    with caplog.at_level(logging.DEBUG):
        async with bot_and_api(tmp_path) as (bot, peer):
            peer.files["v1"] = b"OggS" + bytes(100_000)
            ref = MediaRef(ref="v1", kind=Kind.VOICE)
            content = b"".join([piece async for piece in bot.fetch(ref, 1 << 20)])
            assert content == peer.files["v1"]
            for most, path, reason in (
                (1000, "", "too-large"),
                (1 << 20, "/etc/passwd", "not-there"),
                (1 << 20, "voice/other", "http-404"),
            ):
                peer.says_path = path
                with pytest.raises(FetchFailed) as failed:
                    _ = [piece async for piece in bot.fetch(ref, most)]
                assert (failed.value.reason, failed.value.again) == (reason, False)
                assert TOKEN not in str(failed.value)
            peer.says_path, peer.faults = "", 1
            with pytest.raises(FetchFailed) as failed:
                _ = [piece async for piece in bot.fetch(ref, 1 << 20)]
            assert failed.value.again
            with pytest.raises(FetchFailed) as failed:
                _ = [piece async for piece in bot.fetch(MediaRef(ref="no", kind=Kind.FILE), 9)]
            assert not failed.value.again
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(bot)


async def test_its_check_says_what_is_wrong(tmp_path: Path) -> None:
    """Without a hook; with one; with a wrong token; without a network. It raises nothing."""

    def told(findings: Any) -> dict[str, bool]:
        return {one.name: one.good for one in findings}

    async with bot_and_api(tmp_path) as (bot, peer):
        first = told(await bot.check())
        assert first == {"library": True, "signature": True, "api": True, "hook": False}
        assert isinstance(bot, door.Telegram)
        await bot.connect("https://12345.example/hooks/telegram/main")
        assert peer.hook["secret_token"] == SECRET
        assert told(await bot.check())["hook"]
        peer.faults = 9
        assert not told(await bot.check())["api"]
    (tmp_path / "other").mkdir()
    async with telegram_peer() as peer:
        options = options_in(tmp_path / "other", peer.url)
        (tmp_path / "other" / "token").write_text("987654321:" + "B" * 35)
        async with open_account("telegram", "x", options) as stranger:
            found = await stranger.check()
        assert "token" in found[-1].en
        assert all(one.fix_en for one in found if not one.good)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", []),
        ("  \n ", []),
        ("a", [1]),
        ("a" * 4096, [4096]),
        ("a" * 4097, [4096, 1]),
        ("😀" * 2049, [2048, 1]),
        ("a" * 3000 + "\n" + "b" * 3000, [3000, 3000]),
    ],
)
def test_a_long_text_is_cut_where_telegram_counts(text: str, lengths: list[int]) -> None:
    """In units of UTF-16, at a line where there is one; no letter is lost."""
    parts = split(text)
    assert [len(part) for part in parts] == lengths
    assert all(len(part.encode("utf-16-le")) // 2 <= MOST_UNITS for part in parts)
    assert "".join(parts).split() == text.split() or "\n" in text
