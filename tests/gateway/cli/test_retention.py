"""``hotline retention``: what is too old is seen first, and shredded by whoever says so."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.load import load_settings
from gateway.app import opened_store
from gateway.cli.retention import app
from gateway.clock import SystemClock
from tests.store_world import a_recording, an_ended_call


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A hotline with a recording of a year ago, and messages that are kept for ever."""
    path = tmp_path / "hotline.toml"
    path.write_text('data_dir = "data"\n[retention]\nmessages_days = 0\n')
    settings = load_settings(path)
    sound = settings.data_dir / "recordings" / "Hc1-seat.wav"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"RIFF")
    year_ago = SystemClock().now() - timedelta(days=365)

    async def fill() -> None:
        async with opened_store(settings) as store:
            call = an_ended_call("c1", arrived_at=year_ago, ended_at=year_ago)
            await store.record(call, a_recording("c1"))

    asyncio.run(fill())
    return path


def run(config: Path, *words: str, typed: str = "") -> Result:
    """One command."""
    result = CliRunner().invoke(app, [*words, "--config", str(config)], input=typed)
    assert "Traceback" not in result.output
    return result


def sounds(config: Path) -> int:
    """How many files there are."""
    return len(list((load_settings(config).data_dir / "recordings").iterdir()))


def test_the_plan_says_how_much_by_class_and_touches_nothing(config: Path) -> None:
    """With the dates; what is kept for ever says so."""
    for words in (("plan",), ("apply", "--dry-run")):
        shown = run(config, *words)
        assert shown.exit_code == 0, shown.output
        recordings, transcripts, *messages = shown.stdout.splitlines()
        assert ": 1 (" in recordings
        assert transcripts.endswith("before: 0")
        assert len(messages) == 2
        assert all(one.endswith("kept for ever") for one in messages)
    assert sounds(config) == 1


def test_it_is_shredded_only_when_somebody_says_so(config: Path) -> None:
    """Asked first; a no leaves everything, a yes says what was done, a second run has nothing."""
    refused = run(config, "apply", typed="n\n")
    assert (refused.exit_code, sounds(config)) == (1, 1)
    done = run(config, "apply", "--yes")
    assert done.exit_code == 0, done.output
    assert "1 contacts and 1 files shredded" in done.stdout
    assert sounds(config) == 0
    again = run(config, "apply")
    assert again.exit_code == 0
    assert ": 0" in again.stdout.splitlines()[0]
