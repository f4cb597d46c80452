"""Laws of the checks of speech recognition."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from asr.calibration import Calibration, cores_here, write_calibration
from config.settings import Settings
from config.speech_settings import Speech
from gateway.doctor import speech
from gateway.doctor.finding import Grade, Patient
from gateway.provision.places import Places
from gateway.speech.model_choice import calibration_file, own_home
from tests.peers.speaker import model_folder


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """A hotline with nothing but the demo model."""
    places = Places(tmp_path)
    shutil.copytree(model_folder(), places.models / "demo-8k")
    return Patient(settings=replace(Settings(), data_dir=tmp_path / "data"), places=places)


def with_speech(patient: Patient, speech: Speech) -> Patient:
    """The same with other settings."""
    return replace(patient, settings=replace(patient.settings, speech=speech))


async def test_a_demo_model_is_a_warning(patient: Patient) -> None:
    """It works; the finding says what it is and how to have a real one."""
    found = await speech.model(patient)
    assert found.grade is Grade.WARN
    assert "演示模型" in found.zh
    assert "model get" in found.fix_en


async def test_a_real_model_is_well(patient: Patient) -> None:
    """One that is no demo is used by itself, and loads."""
    place = own_home(patient.settings.data_dir) / "real"
    shutil.copytree(model_folder("demo-16k"), place)
    (place / "hotline.json").unlink()
    found = await speech.model(patient)
    assert (found.grade, found.en) == (Grade.OK, "real, 16000 Hz")


async def test_a_wrong_name_is_a_failure(patient: Patient) -> None:
    """As is no model at all; off is well."""
    assert (await speech.model(with_speech(patient, Speech(model="nobody")))).grade is Grade.FAIL
    assert (await speech.model(with_speech(patient, Speech(enabled=False)))).grade is Grade.OK
    shutil.rmtree(patient.places.models)
    assert (await speech.model(patient)).grade is Grade.FAIL


def test_what_was_measured_holds_for_its_model_and_machine(patient: Patient) -> None:
    """Another model or another number of cores: measure again."""
    assert speech.calibrated(patient).grade is Grade.WARN
    file = calibration_file(patient.settings.data_dir)
    for model, cores, grade in (
        ("demo-8k", cores_here(), Grade.OK),
        ("demo-8k", cores_here() + 1, Grade.WARN),
        ("other", cores_here(), Grade.WARN),
    ):
        measured = Calibration(model=model, cores=cores, workers=1, rtf=0.01, slots=70)
        write_calibration(file, measured)
        assert speech.calibrated(patient).grade is grade
