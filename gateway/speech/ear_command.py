"""How the ear is started: the settings as its arguments. Calibration is read by the ear itself."""

from __future__ import annotations

import sys
from pathlib import Path

from config.speech_settings import Speech


def ear_command(speech: Speech, *, model: Path | None, calibration: Path) -> tuple[str, ...] | None:
    """The program and its arguments; None when speech is off.

    ``model`` is the folder that the setting names (or the best that is there); None: there is
    none, and the ear listens without recognising. ``calibration`` need not exist.
    """
    if not speech.enabled:
        return None
    return (
        *(sys.executable, "-P", "-m", "asr"),
        *("--model", str(model) if model else ""),
        *("--server", speech.server_url),
        *("--workers", str(speech.workers)),
        *("--live-most", str(speech.live_most)),
        *("--calibration", str(calibration)),
        "--",
        *speech.hot_words,
    )
