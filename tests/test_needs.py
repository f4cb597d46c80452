"""Nothing that set-up provides may be skipped in a run of everything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
ONE_TEST = "from tests.needs import absent\n\n\ndef test_it():\n    absent('a part')\n"


@pytest.mark.parametrize(
    ("promised", "outcome"),
    [({}, "1 skipped"), ({"CI": "true"}, "1 failed"), ({"HOTLINE_TEST_ALL": "1"}, "1 failed")],
    ids=["by hand", "CI", "hotline test"],
)
def test_a_missing_part_is_a_failure_where_it_was_promised(
    tmp_path: Path, promised: dict[str, str], outcome: str
) -> None:
    """A real run of pytest, with and without the promise."""
    (tmp_path / "test_one.py").write_text(ONE_TEST, "utf-8")
    plain = {k: v for k, v in os.environ.items() if k not in ("CI", "HOTLINE_TEST_ALL")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-ra", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**plain, "PYTHONPATH": str(CHECKOUT), **promised},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome in done.stdout, done.stdout + done.stderr
    assert "a part is missing" in done.stdout
