"""``hotline flag``: marks by the administrator of the machine, whose shell remembers no number."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.load import load_settings
from gateway.app import opened_store
from gateway.cli.flag import app
from gateway.clock import SystemClock
from gateway.core.citizen import CallerFlag
from gateway.core.facts import Fact

NUMBER = "13800001234"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file with an empty store."""
    path = tmp_path / "hotline.toml"
    path.write_text('data_dir = "data"\n')
    return path


def run(config: Path, *words: str, typed: str = "") -> Result:
    """One command; whatever it says, it never says a number."""
    result = CliRunner().invoke(app, [*words, "--config", str(config)], input=typed)
    assert "13800" not in result.output
    assert "Traceback" not in result.output
    return result


def stored(config: Path, number: str = NUMBER) -> tuple[tuple[CallerFlag, ...], list[Fact]]:
    """The marks of this number, and every fact."""

    async def look() -> tuple[tuple[CallerFlag, ...], list[Fact]]:
        async with opened_store(load_settings(config)) as store:
            flags = await store.flags(number, SystemClock().now())
            return flags, list(await store.facts())

    return asyncio.run(look())


def test_a_number_from_standard_input_is_marked_and_unmarked(config: Path) -> None:
    """As a person writes it; each leaves a fact that says the kind only."""
    words = ("--kind", "elder", "--note", "听力不便", "--days", "30")
    added = run(config, "add", *words, typed="+86 138-0000-1234\n")
    assert added.exit_code == 0, added.output
    (flag,), facts = stored(config)
    assert (flag.kind.value, flag.note) == ("elder", "听力不便")
    assert flag.until
    assert [(fact.kind.value, fact.data) for fact in facts] == [
        ("number_flagged", {"kind": "elder"})
    ]
    removed = run(config, "rm", "--kind", "elder", typed=f"{NUMBER}\n")
    assert removed.exit_code == 0, removed.output
    flags, facts = stored(config)
    assert flags == ()
    assert facts[-1].kind.value == "number_unflagged"
    again = run(config, "rm", "--kind", "elder", typed=f"{NUMBER}\n")
    assert again.exit_code == 1


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("add", "--kind", "elder"), "", 1),
        (("add", "--kind", "elder"), "张三\n", 1),
        (("add", "--kind", "elder", "--days", "3651"), NUMBER, 1),
        (("add", "--kind", "elder", "--note", "长" * 201), NUMBER, 1),
        (("add", "--kind", "vip"), NUMBER, 2),
        (("add",), NUMBER, 2),
        (("rm", "--kind", "elder"), "x", 1),
    ],
)
def test_what_does_not_fit_is_said_in_both_languages(
    config: Path, words: tuple[str, ...], typed: str, code: int
) -> None:
    """And nothing is written."""
    result = run(config, *words, typed=typed)
    assert result.exit_code == code, result.output
    assert result.output
    assert stored(config) == ((), [])


def test_a_number_on_the_command_line_is_not_taken(config: Path) -> None:
    """Where it would stay in the shell's history; the refusal is a usage error."""
    result = CliRunner().invoke(app, ["add", NUMBER, "--kind", "elder", "--config", str(config)])
    assert result.exit_code == 2
    assert stored(config) == ((), [])


def test_a_file_is_imported_whole_or_not_at_all(config: Path, tmp_path: Path) -> None:
    """Every bad line by its number; --skip-bad takes the good ones and leaves with 4."""
    sheet = tmp_path / "marks.csv"
    text = f"number,kind,note,days\n{NUMBER},elder,听力不便,\nx,elder,,\n13800001235,vip,,\n"
    sheet.write_text(text, "utf-8")
    refused = run(config, "import", str(sheet))
    assert refused.exit_code == 1
    for said in ("第 3 行", "line 3", "第 4 行", "line 4", "--skip-bad"):
        assert said in refused.output
    assert stored(config) == ((), [])
    skipped = run(config, "import", "--skip-bad", str(sheet))
    assert skipped.exit_code == 4
    assert "1 marks written, 2 lines left out" in skipped.output
    (flag,), facts = stored(config)
    assert (flag.kind.value, flag.note, flag.until) == ("elder", "听力不便", None)
    assert [fact.data for fact in facts] == [{"kind": "elder"}]


def test_a_large_file_goes_in_and_only_its_count_is_said(config: Path, tmp_path: Path) -> None:
    """More than one transaction's worth; a file in GBK is refused with what to do."""
    sheet = tmp_path / "marks.csv"
    sheet.write_text("".join(f"1380000{n:04},elder,老人,\n" for n in range(1201)), "utf-8-sig")
    imported = run(config, "import", str(sheet))
    assert imported.exit_code == 0, imported.output
    assert "1201" in imported.output
    assert len(stored(config, "13800001200")[0]) == 1
    sheet.write_text(f"{NUMBER},care,老人,\n", "gbk")
    foreign = run(config, "import", str(sheet))
    assert foreign.exit_code == 1
    assert "CSV UTF-8" in foreign.output
