"""No defect without a test, no test of this folder without a defect."""

from __future__ import annotations

import ast
from pathlib import Path

import panoramisk

from tests.gateway.telephony.defects.table import NUMBERED, THREATS

HERE = Path(__file__).resolve().parent


def test_every_defect_has_its_test_and_every_test_its_defect() -> None:
    """1 to 22 and a to h, without a gap."""
    names = [name for tests in NUMBERED.values() for name in tests]
    there = [
        node.name
        for file in ("test_ami_actions.py", "test_ami_events.py", "test_agi_defects.py")
        for node in ast.parse((HERE / file).read_text("utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert sorted(names) == sorted(there)
    assert list(NUMBERED) == list(range(1, 23))
    assert [name[0] for name in THREATS] == list("abcdefgh")
    assert {number for numbers in THREATS.values() for number in numbers} <= set(NUMBERED)
    assert panoramisk.Manager.defaults["reconnect_timeout"] == 2
