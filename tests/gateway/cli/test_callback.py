"""``hotline callback``: who is to be called back."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from config.load import load_settings
from gateway.app import opened_store
from gateway.cli.callback import app
from gateway.core.callback import CallbackReason, CallbackState
from tests.store_world import NOON, a_call, a_callback


def test_the_list_shows_no_number(tmp_path: Path) -> None:
    """Open ones first, who waits longest on top; what is done is not there."""
    config = tmp_path / "hotline.toml"
    config.write_text('data_dir = "data"\n')
    later = NOON + timedelta(minutes=1)
    rows = (
        a_callback("b1", "c1", since=later, reason=CallbackReason.KEPT_PLACE),
        a_callback("b2", "c1", since=NOON, reason=CallbackReason.MISSED),
        a_callback("b3", "c1", since=NOON, state=CallbackState.FAILED, tries=3),
        a_callback("b4", "c1", since=NOON, state=CallbackState.DONE),
    )

    async def fill() -> None:
        async with opened_store(load_settings(config)) as store:
            await store.record(a_call("c1"), *rows)

    runner = CliRunner()
    assert "nobody" in runner.invoke(app, ["ls", "--config", str(config)]).output
    asyncio.run(fill())
    listed = json.loads(runner.invoke(app, ["ls", "--json", "--config", str(config)]).output)
    assert [one["id"] for one in listed] == ["b2", "b1", "b3"]
    told = runner.invoke(app, ["ls", "--config", str(config)]).output
    assert "138****1234" in told
    assert "13800001234" not in told
