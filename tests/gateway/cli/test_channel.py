"""``hotline channel``: what an admin sees of the accounts, and what a trial message becomes."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from channels.registry import CHANNELS
from gateway.cli.channel import app
from tests.peers.telegram_peer import SECRET, TOKEN, TelegramPeer, telegram_peer


@contextmanager
def served() -> Iterator[TelegramPeer]:
    """A Bot API in a thread of its own: a command has its own loop."""
    ready, peers = threading.Event(), list[TelegramPeer]()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with telegram_peer() as peer:
            peers.append(peer)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield peers[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


@pytest.fixture
def peer() -> Iterator[TelegramPeer]:
    """One for each test."""
    with served() as made:
        yield made


@pytest.fixture
def config(tmp_path: Path, peer: TelegramPeer) -> Path:
    """A bot, a bird that there is not, and an account that is off."""
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "secret").write_text(SECRET)
    path = tmp_path / "hotline.toml"
    path.write_text(
        f"""
        [web]
        public_url = "https://12345.example.gov.cn"
        [[channel]]
        kind = "telegram"
        title_zh = "电报"
        title_en = "Telegram"
        [channel.options]
        abroad = "accepted"
        token_file = "token"
        secret_file = "secret"
        base_url = "{peer.url}"
        [[channel]]
        kind = "telegram"
        name = "second"
        enabled = false
        """
    )
    return path


def run(config: Path | None, *words: str) -> Result:
    """One command."""
    given = [*words, "--config", str(config)] if config else [*words]
    result = CliRunner().invoke(app, given, env={"COLUMNS": "200"})
    assert "Traceback" not in result.output
    assert TOKEN not in result.output
    assert SECRET not in result.output
    return result


def test_every_account_is_listed_with_its_hook(config: Path) -> None:
    """Also one that is off, and the page and the App, which nobody wrote."""
    rows = {row["id"]: row for row in json.loads(run(config, "ls", "--json").stdout)}
    assert list(rows) == ["telegram:main", "telegram:second", "web:main", "app:main"]
    assert rows["telegram:main"]["hook"] == "https://12345.example.gov.cn/hooks/telegram/main"
    assert rows["web:main"]["hook"] == ""
    assert not rows["telegram:second"]["enabled"]
    shown = run(config, "ls").output
    assert all(kind in shown for kind in CHANNELS)


def test_a_check_says_what_is_wrong_and_how_to_mend_it(config: Path, peer: TelegramPeer) -> None:
    """A table for people, rows for programs; 1 when something failed."""
    first = run(config, "check", "telegram:main")
    assert first.exit_code == 1
    assert "hotline channel connect" in first.output
    assert run(config, "connect", "telegram:main").exit_code == 0
    assert peer.hook["url"] == "https://12345.example.gov.cn/hooks/telegram/main"
    again = run(config, "check", "telegram:main", "--json")
    assert again.exit_code == 0
    found = {row["check"]: row["good"] for row in json.loads(again.stdout)}
    assert found == {"library": True, "signature": True, "api": True, "hook": True, "url": True}
    assert run(config, "check").exit_code == 0


def test_wrong_settings_are_a_finding_and_no_traceback(config: Path) -> None:
    """Every problem is a line with its fix."""
    config.write_text('[[channel]]\nkind = "pigeon"\n[[channel]]\nkind = "telegram"\n')
    result = run(config, "check", "--json")
    assert result.exit_code == 1
    rows = [row for row in json.loads(result.stdout) if not row["good"]]
    assert {row["account"] for row in rows} == {"pigeon:main", "telegram:main"}
    assert {"kind", "abroad", "token_file", "secret_file"} <= {row["check"] for row in rows}
    assert all(row["fix_zh"] and row["fix_en"] for row in rows)


def test_a_trial_message_arrives_and_what_came_back_is_said(
    config: Path, peer: TelegramPeer
) -> None:
    """Its id; or why not, with a code for programs."""
    good = run(config, "send-test", "telegram:main", "987654321", "--text", "你好")
    assert (good.exit_code, "5001" in good.output) == (0, True)
    assert peer.made("sendMessage")[0]["text"] == "你好"
    peer.blocked.add(987654321)
    gone = run(config, "send-test", "telegram:main", "987654321")
    assert (gone.exit_code, "recipient-gone" in gone.output) == (1, True)
    peer.waits = 1
    later = run(config, "send-test", "telegram:main", "987654321")
    assert (later.exit_code, "try-later 429 3 s" in later.output) == (3, True)
    peer.faults = 1
    away = run(config, "send-test", "telegram:main", "987654321")
    assert (away.exit_code, "unreachable" in away.output) == (3, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("send-test", "web:main", "x"), "nothing to send to"),
        (("send-test", "telegram:second", "5"), "off"),
        (("send-test", "pigeon", "5"), "no such account"),
        (("connect", "web:main"), "on the platform yourself"),
        (("check", "telegram"), "no such account"),
    ],
)
def test_what_cannot_be_is_said(config: Path, words: tuple[str, ...], says: str) -> None:
    """In words, with 1."""
    result = run(config, *words)
    assert result.exit_code == 1
    assert says in result.output


def test_installing_is_by_the_lock() -> None:
    """What is there in the lock's very versions needs nothing more; another word is refused."""
    assert run(None, "install", "telegram").exit_code == 0
    assert run(None, "install", "web").exit_code == 0
    assert run(None, "install", "pigeon").exit_code == 1
