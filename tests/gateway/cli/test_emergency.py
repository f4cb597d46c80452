"""``hotline emergency``: what an admin sees of lines and hand-overs, and the exit codes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.errors import ConfigError
from config.load import load_settings
from gateway.app import opened_store
from gateway.app.emergency import hooks_of
from gateway.cli.emergency import app
from gateway.clock import SystemClock
from gateway.core.handover import Handover
from tests.peers.emergency_peer import SECRET, emergency_peer
from tests.store_world import a_call
from tests.turned_clock import TurnedClock

DEAD = """
data_dir = "data"
[[trunk]]
name = "out"
host = "127.0.0.1:9"
[[emergency_line]]
code = "110"
title_zh = "公安"
title_en = "Police"
policy = "transfer"
hook_url = "{url}"
hook_secret_file = "secret"
[[emergency_line.regions]]
id = "city"
title_zh = "市"
trunks = ["out"]
"""


def run(config: Path, *words: str) -> Result:
    """One command."""
    result = CliRunner().invoke(app, [*words, "--config", str(config)])
    assert "Traceback" not in result.output
    return result


def written(folder: Path, url: str = "http://127.0.0.1:9/", secret: str = SECRET) -> Path:
    """Settings with one line, whose only trunk is dead."""
    path = folder / "hotline.toml"
    path.write_text(DEAD.format(url=url), encoding="utf-8")
    (folder / "secret").write_text(secret + "\n")
    return path


def test_a_line_without_a_living_trunk_fails_the_check(tmp_path: Path) -> None:
    """By hand: asked by OPTIONS, nobody is called."""
    result = run(written(tmp_path), "check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {"line": "110", "healthy": False, "trunks": {"out": False}}
    ]
    assert "110" in run(tmp_path / "hotline.toml", "check").stdout


async def test_a_day_is_compared_and_a_difference_fails(tmp_path: Path) -> None:
    """0 is well; what only one side has is named; without an answer nothing is well."""
    clock = SystemClock()
    async with emergency_peer(TurnedClock()) as peer:
        peer.clock = clock
        config = written(tmp_path, peer.url)
        same = await asyncio.to_thread(run, config, "reconcile", "--json")
        assert (same.exit_code, json.loads(same.stdout)["lines"][0]["difference"]) == (0, 0)
        now = clock.now()
        handed = Handover(
            id="r1", contact_id="c1", line="110", region="", day="2026-03-02", at=now, body="{}"
        )
        async with opened_store(load_settings(config)) as store:
            await store.record(a_call("c1"), handed)
        day = ("reconcile", "--date", "2026-03-02")
        other = await asyncio.to_thread(run, config, *day)
        assert other.exit_code == 1
        assert "r1" in other.stdout
        peer.down = True
        silent = await asyncio.to_thread(run, config, *day, "--json")
        assert silent.exit_code == 1
        assert json.loads(silent.stdout)["lines"][0]["difference"] is None


def test_a_day_that_is_none_is_told(tmp_path: Path) -> None:
    """Before anything is opened or asked."""
    for day in ("yesterday", "2026-13-01", "2026-3-1"):
        assert run(written(tmp_path), "reconcile", "--date", day).exit_code == 1


@pytest.mark.parametrize("secret", ["", "short", "whsec_####"])
def test_a_secret_that_is_none_is_found_at_the_start(tmp_path: Path, secret: str) -> None:
    """Not by a packet that nobody believes, in an emergency."""
    settings = load_settings(written(tmp_path, secret=secret))
    with pytest.raises(ConfigError) as wrong:
        hooks_of(settings)
    (problem,) = wrong.value.problems
    assert problem.key == "emergency_line[1].hook_secret_file"
    assert SECRET not in str(problem)
