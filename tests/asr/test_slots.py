"""How many streams can be followed: what was measured on this machine, for this model."""

from dataclasses import replace
from pathlib import Path

import pytest

from asr.calibration import Calibration, cores_here, write_calibration
from asr.segment import Model
from asr.slots import MOST_SLOTS, calibrated_slots

MODEL = Model(name="cn-small", rate=16000)
MEASURED = Calibration(model="cn-small", cores=cores_here(), workers=1, rtf=0.07, slots=10)


def test_a_calibration_holds_for_its_model_on_these_cores(tmp_path: Path) -> None:
    """And for as many workers as there are now."""
    file = tmp_path / "calibration.json"
    write_calibration(file, MEASURED)
    assert [calibrated_slots(file, MODEL, workers) for workers in (1, 3)] == [10, 30]


@pytest.mark.parametrize(
    "other",
    [
        replace(MEASURED, model="cn-large"),
        replace(MEASURED, cores=cores_here() + 1),
        replace(MEASURED, rtf=0.0),
    ],
    ids=["model", "cores", "nonsense"],
)
def test_another_machines_or_models_calibration_is_none(tmp_path: Path, other: Calibration) -> None:
    """It is measured anew."""
    file = tmp_path / "calibration.json"
    write_calibration(file, other)
    assert calibrated_slots(file, MODEL, 1) is None
    assert calibrated_slots(tmp_path / "nothing", MODEL, 1) is None


def test_slots_have_a_bound(tmp_path: Path) -> None:
    """Whatever the file says."""
    file = tmp_path / "calibration.json"
    write_calibration(file, replace(MEASURED, rtf=1e-9))
    assert calibrated_slots(file, MODEL, 64) == MOST_SLOTS
