"""Laws of telling people what is going on."""

import io

import pytest

from gateway.provision.errors import NotReady
from gateway.provision.progress import Progress


def test_a_step_is_one_line_with_its_number_and_time() -> None:
    """And "ready" when there was nothing to do."""
    out = io.StringIO()
    progress = Progress(6, 3, out)
    with progress.step("界面", "pages"):
        pass
    with progress.step("话务", "Asterisk") as step:
        step.ready = True
    assert out.getvalue().splitlines() == [
        "[3/6] 界面 / pages ... 0 s",
        "[4/6] 话务 / Asterisk ... 已就绪 / ready",
    ]


def test_notes_stand_below_their_step() -> None:
    """Indented, and the time below them."""
    out = io.StringIO()
    with Progress(6, 3, out).step("界面", "pages") as step:
        step.note("npm ci")
    assert out.getvalue().splitlines()[1:] == ["      npm ci", "      0 s"]


def test_a_failed_step_says_so_and_passes_the_error_on() -> None:
    """Nobody may read "ready" above an error."""
    out = io.StringIO()

    def fail() -> None:
        with Progress(6, 3, out).step("界面", "pages"):
            raise NotReady("缺", "missing")

    with pytest.raises(NotReady):
        fail()
    assert out.getvalue().endswith("失败 / failed\n")
