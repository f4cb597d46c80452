"""Laws of what a model takes on this machine."""

from pathlib import Path

import pytest

from asr.calibrate import calibrate
from asr.calibration import (
    Calibration,
    cores_here,
    read_calibration,
    slots_for,
    write_calibration,
)
from asr.demo_model.sound import pcm
from asr.errors import ModelUnusable
from tests.peers.speaker import SENTENCES, call_of, model_folder

KNOWN = Calibration(model="demo-8k", cores=2, workers=1, rtf=0.01, slots=70)


@pytest.mark.parametrize(
    ("rtf", "workers", "slots"), [(0.01, 1, 70), (0.1, 3, 21), (0.5, 1, 1), (3.0, 1, 1)]
)
def test_seven_tenths_of_real_time_are_planned(rtf: float, workers: int, slots: int) -> None:
    """As many as fit into 70 % of the workers' time; one is always tried."""
    assert slots_for(rtf, workers) == slots


def test_what_was_measured_is_read_again(tmp_path: Path) -> None:
    """Whole, or as if nothing had been measured."""
    file = tmp_path / "speech" / "calibration.json"
    assert read_calibration(file) is None
    write_calibration(file, KNOWN)
    assert read_calibration(file) == KNOWN
    for broken in ("{", "[]", '{"model": "x"}', "null", "\xff"):
        file.write_bytes(broken.encode("latin-1"))
        assert read_calibration(file) is None


def test_a_model_is_measured_with_every_worker_busy() -> None:
    """Progress goes from nothing to the whole; the figure is a share of real time."""
    told: list[float] = []
    sounds = [pcm(call_of(SENTENCES))]
    found = calibrate(model_folder(), sounds, workers=2, seconds=0.5, tell=told.append)
    assert (found.model, found.cores, found.workers) == ("demo-8k", cores_here(), 2)
    assert 0.0005 < found.rtf < 1
    assert found.slots == slots_for(found.rtf, 2)
    assert told == sorted(told)
    assert told[0] < 0.5


def test_a_folder_that_is_no_model_is_told(tmp_path: Path) -> None:
    """Before a process is started."""
    with pytest.raises(ModelUnusable):
        calibrate(tmp_path, [b""], workers=1, seconds=0.5)
