"""Laws of running a program."""

import pytest

from gateway.provision.errors import ProgramFailed
from gateway.provision.run import run


def test_what_it_printed_is_returned() -> None:
    """What went to stdout only."""
    assert run(["sh", "-c", "echo out; echo err >&2"], limit_seconds=10) == "out\n"


def test_a_failure_tells_the_end_of_what_was_said() -> None:
    """The status and the last words."""
    with pytest.raises(ProgramFailed) as failed:
        run(["sh", "-c", "echo why >&2; exit 3"], limit_seconds=10)
    assert (failed.value.status, failed.value.tail) == (3, "why")


def test_every_program_has_a_limit() -> None:
    """124, as timeout(1) says."""
    with pytest.raises(ProgramFailed) as failed:
        run(["sleep", "30"], limit_seconds=0.1)
    assert failed.value.status == 124


def test_a_program_that_is_not_there_is_a_failure() -> None:
    """127, as the shell says."""
    with pytest.raises(ProgramFailed) as failed:
        run(["/no/such/program"], limit_seconds=1)
    assert failed.value.status == 127
