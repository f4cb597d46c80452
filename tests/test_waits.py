"""Real things and named waits: who reads a test sees what it waits for, and nothing is faked.

Only tests/eventually.py sleeps, only tests/needs.py skips, nobody patches or mocks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ONLY_IN: Mapping[str, str | None] = {
    "asyncio.sleep": "eventually.py",
    "time.sleep": "eventually.py",
    "monkeypatch": None,
    "pytest.MonkeyPatch": None,
    "unittest.mock": None,
    "wait_for_timeout": None,
    "pytest.skip": "needs.py",
    "pytest.importorskip": None,
    "pytest.xfail": None,
    "pytest.mark.skip": None,
    "pytest.mark.skipif": None,
    "pytest.mark.xfail": None,
}
"""The one file of tests/ that may use this name."""
IN_A_STRING = re.compile(
    r"\b(asyncio|time)\.sleep\(|\bimport sleep\b|\bmonkeypatch\.|\b(from|import) unittest\b"
)
"""What a program in a string gives itself away by."""


def used(source: str) -> Iterator[str]:
    """Every name that a program uses, in full whatever it was imported as; PURE."""
    tree = ast.parse(source)
    means: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            means |= {one.asname: one.name for one in node.names if one.asname}
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            full = {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
            means |= full
            yield from full.values()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute):
            root, _, rest = ast.unparse(node).partition(".")
            yield f"{means.get(root, root)}.{rest}"
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (found[0] for found in IN_A_STRING.finditer(node.value))


def forbidden(source: str, file: str = "") -> set[str]:
    """What this file of tests/ uses and may not."""
    names = {name for name, only in ONLY_IN.items() if only != file}
    found = set(used(source))
    within = {name for name in names for one in found if one.startswith(f"{name}.")}
    return names & found | within | {one for one in found if IN_A_STRING.search(one)}


def test_tests_wait_by_name_skip_nothing_and_fake_nothing() -> None:
    """In every file, also in the programs that it holds as text."""
    found = {
        str(path.relative_to(HERE)): wrong
        for path in sorted(HERE.rglob("*.py"))
        if (wrong := forbidden(path.read_text("utf-8"), str(path.relative_to(HERE))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import {0}\n{0}.sleep(1)",
        "import {0} as other\nother.sleep(1)",
        "from {0} import {1}",
        "from {0} import {1} as pause",
        "import {0}\nwaits = {0}.sleep",
        'PROGRAM = """\nimport {0}\n{0}.sleep(1)\n"""',
        'PROGRAM = f"{{1}}; {0}.sleep(1)"',
        'PROGRAM = "from {0} import {1}"',
    ],
)
def test_the_law_sees_a_sleep(source: str) -> None:
    """Under any name, and in a program in a string."""
    for module in ("asyncio", "time"):
        assert forbidden(source.format(module, "sleep"))


@pytest.mark.parametrize(
    "source",
    [
        "def test_it(monkeypatch): ...",
        "import pytest\ndef test_it(patched: pytest.MonkeyPatch): ...",
        "from pytest import MonkeyPatch",
        "from {0} import mock",
        "from {0}.mock import patch",
        "import {0}.mock",
        'PROGRAM = "from {0} import mock"',
        "async def see(page): await page.wait_for_timeout(1)",
        "import pytest\npytest.skip('none here')",
        "import pytest\nskipped = pytest.mark.skipif(True, reason='')",
        "import pytest\nlibrary = pytest.importorskip('library')",
    ],
)
def test_the_law_sees_a_fake_and_a_skip(source: str) -> None:
    """However it came in."""
    assert forbidden(source.format("unittest"))


def test_the_law_leaves_named_waits_alone() -> None:
    """A clock of ours may sleep; so may the shell."""
    assert not forbidden("async def law(clock): await clock.sleep(1)\nPROGRAM = 'sleep 60'")
