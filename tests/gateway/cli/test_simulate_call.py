"""``hotline simulate-call``: what a person sees, and what a script gets."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from gateway.cli.simulate_call import app, table
from gateway.simulate.tally import Tally
from gateway.telephony.free_port import free_port


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_without_a_running_gateway_it_says_so_and_leaves_with_3(
    tmp_path: Path, words: list[str]
) -> None:
    """One sentence in two languages with the address that was tried, no traceback."""
    settings = tmp_path / "hotline.toml"
    port = free_port()
    settings.write_text(f'data_dir = "data"\n[web]\nport = {port}\n')
    result = CliRunner().invoke(app, ["-n", "1", "--seats", "1", "-c", str(settings), *words])
    assert result.exit_code == 3, result.output
    assert f"http://127.0.0.1:{port}" in result.output
    assert "./hotline up" in result.output
    assert "Traceback" not in result.output


def test_the_table_shows_every_number() -> None:
    """Counts, percentiles, and why calls failed; a dash where nothing was measured."""
    tally = Tally(started=9, answered=7, ended=5, answer_seconds=[0.5, 1.25])
    tally.fail("refused 401")
    out = io.StringIO()
    Console(file=out, width=100).print(table(tally))
    text = out.getvalue()
    for expected in ("9", "0.500  1.250  1.250", "-  -  -", "refused 401", "弹屏"):
        assert expected in text, expected
