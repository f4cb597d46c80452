"""How much of real time a model takes on this machine: measured once, read at every start."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

BUSY_SHARE = 0.7
"""So much of the recognising processes' time may be planned; the rest is for peaks."""
MOST_BYTES = 64_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """``rtf``: processor seconds for a second of sound, with all ``workers`` busy at once.

    It holds for this model on so many cores. ``slots``: streams that can be followed live.
    """

    model: str
    cores: int
    workers: int
    rtf: float
    slots: int


def slots_for(rtf: float, workers: int) -> int:
    """What runs within BUSY_SHARE of real time; at least 1, the machine is no slower than that."""
    return max(1, int(BUSY_SHARE * workers / rtf + 1e-9))


def cores_here() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0))


def read_calibration(file: Path) -> Calibration | None:
    """What was measured; None when nothing was, or nothing that can be read."""
    try:
        with file.open("rb") as opened:
            said = json.loads(opened.read(MOST_BYTES))
        return Calibration(
            model=str(said["model"]),
            cores=int(said["cores"]),
            workers=int(said["workers"]),
            rtf=float(said["rtf"]),
            slots=max(0, int(said["slots"])),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_calibration(file: Path, measured: Calibration) -> None:
    """Whole or not at all; raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(json.dumps(asdict(measured)) + "\n", encoding="utf-8")
    fresh.replace(file)
