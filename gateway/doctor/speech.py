"""Speech recognition: a model that loads, whether it is more than the demo, what it can do here."""

from __future__ import annotations

from asr.calibration import cores_here, read_calibration
from asr.errors import ModelUnusable
from asr.worker_process import started
from gateway.doctor.finding import Finding, Patient, fail, ok, warn
from gateway.speech.model_choice import calibration_file, model_in_use

FETCH = (
    "执行 ./hotline model get vosk-model-small-cn-0.22，再 ./hotline model use 它",
    "run ./hotline model get vosk-model-small-cn-0.22, then ./hotline model use it",
)
SET_UP = "执行 ./hotline up --set-up-only", "run ./hotline up --set-up-only"


async def model(patient: Patient) -> Finding:
    """The model in use is there, loads, and is no demo."""
    speech = patient.settings.speech
    if not speech.enabled:
        return ok("未启用", "off")
    try:
        found = model_in_use(speech, patient.settings.data_dir, patient.places.models)
        if found is None:
            return fail("没有模型", "no model", *SET_UP)
        async with started(found) as worker:
            await worker.loaded()
    except ModelUnusable as wrong:
        return fail(wrong.zh, wrong.en, "./hotline model check", "./hotline model check")
    said = f"{found.model.name}, {found.model.rate} Hz"
    if found.model.demo and not speech.server_url:
        return warn(
            f"{said}：演示模型，只懂少数词语的合成语音",
            f"{said}: the demo model, which knows few words in a machine's voice",
            *FETCH,
        )
    return ok(said, said)


def calibrated(patient: Patient) -> Finding:
    """What the model in use can do here was measured."""
    settings = patient.settings
    if not settings.speech.enabled:
        return ok("未启用", "off")
    try:
        found = model_in_use(settings.speech, settings.data_dir, patient.places.models)
    except ModelUnusable:
        found = None  # ``model`` tells
    if found is None:
        return ok("没有模型，无需测量", "no model, nothing to measure")
    measured = read_calibration(calibration_file(settings.data_dir))
    if measured and (measured.model, measured.cores) == (found.model.name, cores_here()):
        return ok(f"可同时转写 {measured.slots} 路", f"{measured.slots} streams live")
    return warn(
        "没有为这个模型在这台机器上测量过，按保守的估计运行",
        "not measured for this model on this machine; a careful guess is used",
        "在话务清闲时执行 ./hotline asr calibrate",
        "run ./hotline asr calibrate at a calm time",
    )
