"""What set-up makes: the telephone system, prompts, pages."""

from __future__ import annotations

import wave
from pathlib import Path

from gateway.doctor.finding import Finding, Patient, fail, ok
from gateway.provision.asterisk_copy import present_program
from gateway.provision.prompts import PROMPTS_FILE, read_prompts
from gateway.provision.speech import NARROW_HZ
from gateway.provision.ui_build import is_built

SET_UP = "执行 ./hotline up --set-up-only", "run ./hotline up --set-up-only"


def telephone_system(patient: Patient) -> Finding:
    """An Asterisk that is new enough."""
    if not patient.settings.asterisk.managed:
        return ok("由他人运行", "somebody else's")
    program = present_program(patient.places)
    if program is None:
        return fail("没有找到 Asterisk", "no Asterisk", *SET_UP)
    return ok(f"Asterisk {program.version}", f"Asterisk {program.version}")


def prompts(patient: Patient) -> Finding:
    """Every prompt is there, in the form that the telephone system plays."""
    folder = patient.places.media / "sounds" / "hotline"
    text = (patient.places.checkout / PROMPTS_FILE).read_text(encoding="utf-8")
    names = [prompt.name for prompt in read_prompts(text)]
    wrong = [name for name in names if not _playable(folder / f"{name}.wav")]
    if not wrong:
        return ok(f"{len(names)} 条", f"{len(names)}")
    shown = " ".join(wrong[:5]) + (" ..." if len(wrong) > 5 else "")
    return fail(f"缺少或损坏：{shown}", f"missing or broken: {shown}", *SET_UP)


def _playable(path: Path) -> bool:
    try:
        with wave.open(str(path), "rb") as sound:
            form = sound.getframerate(), sound.getnchannels(), sound.getsampwidth()
            return form == (NARROW_HZ, 1, 2) and sound.getnframes() > 0
    except (OSError, EOFError, wave.Error):
        return False


def pages(patient: Patient) -> Finding:
    """The console is built from the sources that are here."""
    if is_built(patient.places):
        return ok("已构建", "built")
    return fail("没有构建或已过期", "not built, or from older sources", *SET_UP)
