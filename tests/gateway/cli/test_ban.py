"""``hotline ban``: seen and lifted from the shell of the machine's admin."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.load import load_settings
from gateway.app import opened_store
from gateway.cli.ban import app
from gateway.clock import SystemClock
from gateway.core.bans import Ban
from gateway.core.facts import FactKind
from gateway.intake.guard import banned


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A hotline where one source is shut out and another one's time is over."""
    path = tmp_path / "hotline.toml"
    path.write_text('data_dir = "data"\n')
    now = SystemClock().now()

    async def fill() -> None:
        async with opened_store(load_settings(path)) as store:
            for source, minutes in (("192.0.2.7/32", 5), ("192.0.2.8/32", -5)):
                until = now + timedelta(minutes=minutes)
                since = now - timedelta(minutes=10)
                await store.record(banned(Ban(source=source, since=since, until=until, times=2)))

    asyncio.run(fill())
    return path


def run(config: Path, *words: str) -> Result:
    """One command."""
    result = CliRunner().invoke(app, [*words, "--config", str(config)])
    assert "Traceback" not in result.output
    return result


def last_kind(config: Path) -> FactKind:
    """What happened last."""

    async def look() -> FactKind:
        async with opened_store(load_settings(config)) as store:
            return (await store.facts())[-1].kind

    return asyncio.run(look())


def test_who_is_outside_is_listed_and_who_is_not_any_more_is_not(config: Path) -> None:
    """For people and for programs."""
    assert "192.0.2.7/32" in run(config, "ls").output
    (row,) = json.loads(run(config, "ls", "--json").stdout)
    assert (row["source"], row["times"]) == ("192.0.2.7/32", 2)


@pytest.mark.parametrize("written", ["192.0.2.7", "192.0.2.7/32", "::ffff:192.0.2.7"])
def test_a_ban_is_lifted_once_and_on_record(config: Path, written: str) -> None:
    """However the address is written; a second time there is nothing to lift."""
    assert run(config, "lift", written).exit_code == 0
    assert last_kind(config) is FactKind.BAN_LIFTED
    assert json.loads(run(config, "ls", "--json").stdout) == []
    again = run(config, "lift", written)
    assert again.exit_code == 1
    assert "hotline ban ls" in again.output


@pytest.mark.parametrize("wrong", ["", "x", "192.0.2.300", "0.0.0.0"])
def test_what_is_no_address_is_refused_with_the_way_out(config: Path, wrong: str) -> None:
    """And nothing is written."""
    refused = run(config, "lift", wrong)
    assert refused.exit_code == 1
    assert "hotline ban ls" in refused.output
    assert last_kind(config) is FactKind.SOURCE_BANNED
