"""``hotline expert``: a department's list becomes its experts, whole or not at all."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.load import load_settings
from gateway.app import opened_store
from gateway.cli.expert import app
from tests.expert_rows import a_department, an_expert
from tests.guest_rows import a_guest
from tests.store_world import a_call

SETTINGS = """data_dir = "data"

[[trunk]]
name = "out"
match = ["10.0.0.9/32"]
host = "10.0.0.9"
"""
LIST = "编号,部门编号,部门名称,姓名,电话,值班日\nzhao,shebao,人社局,赵一,13700000001,工作日\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file with an empty store and one trunk that leads out."""
    path = tmp_path / "hotline.toml"
    path.write_text(SETTINGS)
    return path


def run(config: Path, *words: str) -> Result:
    """One command; whatever it says, it never says a number."""
    result = CliRunner().invoke(app, [*words, "--config", str(config)])
    assert "1370000" not in result.output
    assert "Traceback" not in result.output
    return result


def kinds(config: Path) -> list[str]:
    """What happened, but for logins."""

    async def look() -> list[str]:
        async with opened_store(load_settings(config)) as store:
            return [fact.kind.value for fact in await store.facts()]

    return [kind for kind in asyncio.run(look()) if kind != "logged_in"]


def test_a_list_from_a_spreadsheet_is_imported(config: Path, tmp_path: Path) -> None:
    """GB18030 as Excel writes it; looked at first, then there, and on record."""
    sheet = tmp_path / "experts.csv"
    sheet.write_bytes(LIST.encode("gb18030"))
    looked = run(config, "import", str(sheet), "--dry-run")
    assert looked.exit_code == 0, looked.output
    assert json.loads(run(config, "ls", "--json").output) == []
    assert run(config, "import", str(sheet)).exit_code == 0
    (row,) = json.loads(run(config, "ls", "--json").output)
    assert (row["department"], row["name"], row["reached_by"]) == ("shebao", "赵一", "trunk out")
    assert row["duties"] == ["workdays 09:00-17:30 #1"]
    assert "赵一" in run(config, "ls").output
    assert kinds(config) == ["experts_imported"]


def test_the_report_is_a_table_json_or_csv(config: Path) -> None:
    """Of one guest who was asked and answered after 5 seconds, on the last day of the time."""
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)

    async def fill() -> None:
        async with opened_store(load_settings(config)) as store:
            answered = at + timedelta(seconds=5)
            guest = a_guest("g1", "c1", target_id="zhao", asked_at=at, answered_at=answered)
            await store.record(a_call("c1"), a_department(), an_expert("zhao"), guest)

    asyncio.run(fill())
    days = ("report", "2026-03-01", "2026-03-02")
    found = json.loads(run(config, *days, "--json").output)
    assert (found["whole"]["asked"], found["whole"]["rate"]) == (1, 1.0)
    assert [(one["id"], one["ring_seconds"]) for one in found["experts"]] == [("zhao", 5.0)]
    rows = list(csv.DictReader(io.StringIO(run(config, *days, "--csv").output)))
    assert [(row["what"], row["answered"]) for row in rows] == [
        ("all", "1"),
        ("department", "1"),
        ("expert", "1"),
    ]
    assert "100.0%" in run(config, *days).output
    assert (
        json.loads(run(config, "report", "2026-02-01", "2026-03-01", "--json").output)["whole"][
            "asked"
        ]
        == 0
    )


def test_a_faulty_line_stops_all_of_it(config: Path, tmp_path: Path) -> None:
    """Its number and the way to mend it are said; nothing is written."""
    sheet = tmp_path / "experts.csv"
    sheet.write_text(LIST + "qian,shebao,,钱二,,\n", encoding="utf-8")
    refused = run(config, "import", str(sheet))
    assert refused.exit_code == 1
    assert "第 3 行：电话和坐席须填且只填一项" in refused.output
    assert json.loads(run(config, "ls", "--json").output) == []
    sheet.write_bytes(b"\xff\xff\x00")
    assert "GB18030" in run(config, "import", str(sheet)).output
