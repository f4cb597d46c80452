"""The table of OWASP ASVS 5.0: each row that claims something names tests that are there."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
TESTS = HERE.parent
ID = re.compile(r"v5\.0\.0-\d{1,2}\.\d{1,2}\.\d{1,2}")
LEAST_ROWS = 25


def table() -> tuple[dict[str, list[str]], dict[str, str]]:
    """What is shown by which tests, and what is not, and why."""
    rows = tomllib.loads((HERE / "asvs.toml").read_text("utf-8"))
    return rows["shown"], rows["not_shown"]


def functions(path: Path) -> set[str]:
    """The tests of one file."""
    tree = ast.parse(path.read_text("utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {node.name for node in found if node.name.startswith("test_")}


def test_every_row_names_tests_that_exist() -> None:
    """A file, or one test in it; renamed or deleted, the row is no claim any more."""
    shown, _ = table()
    assert len(shown) >= LEAST_ROWS
    for row, tests in shown.items():
        assert tests, row
        for name in tests:
            file, _, function = name.partition("::")
            path = TESTS / file
            assert path.is_file(), (row, name)
            known = functions(path)
            assert known, (row, name)
            assert not function or function in known, (row, name)


def test_every_row_is_a_requirement_and_stands_once() -> None:
    """Written as the standard asks; shown or not, never both; in order, so that one is found."""
    shown, not_shown = table()
    assert not shown.keys() & not_shown.keys()
    for rows in (list(shown), list(not_shown)):
        assert all(ID.fullmatch(row) for row in rows)
        assert rows == sorted(rows, key=lambda row: [int(part) for part in row[7:].split(".")])
    assert all(len(why) > 20 for why in not_shown.values())
