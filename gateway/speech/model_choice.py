"""Which model recognises: the setting's, the one chosen by command, or the best that is there.

Models lie in two folders: ``models`` beside the data (fetched, or put there by hand), and the one
where set-up makes the demo models.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from asr.errors import ModelUnusable
from asr.models import ModelFolder, folders, look
from config.speech_settings import Speech

SHIPPED = Path(__file__).resolve().parents[2] / ".hotline" / "models"
"""Where set-up makes the demo models (gateway.provision.places)."""
CHOSEN = "in-use"
"""The file that ``hotline model use`` writes: a name, or the path of a folder."""
MOST_BYTES = 4096


def own_home(data_dir: Path) -> Path:
    """The folder of models that were fetched."""
    return data_dir / "models"


def models_here(data_dir: Path, shipped: Path = SHIPPED) -> Iterator[ModelFolder]:
    """Every usable model, the best first."""
    found = [*folders(own_home(data_dir)), *folders(shipped)]
    yield from sorted(found, key=lambda each: each.model.demo)


def named(name: str, data_dir: Path, shipped: Path = SHIPPED) -> ModelFolder:
    """The model of this name, or in this folder. Raises ModelUnusable, which says what is wrong."""
    for home in (own_home(data_dir), shipped):
        if "/" not in name and (home / name).is_dir():
            return look(home / name)
    return look(Path(name).expanduser())


def chosen_by_command(data_dir: Path) -> str:
    """What ``hotline model use`` chose; empty: nothing."""
    try:
        with (own_home(data_dir) / CHOSEN).open("rb") as file:
            return file.read(MOST_BYTES).decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def choose(name: str, data_dir: Path) -> None:
    """Use this one from now on (empty: the best again). Raises OSError."""
    home = own_home(data_dir)
    home.mkdir(parents=True, exist_ok=True)
    if not name:
        (home / CHOSEN).unlink(missing_ok=True)
        return
    fresh = home / f".{CHOSEN}.new"
    fresh.write_text(name + "\n", encoding="utf-8")
    fresh.replace(home / CHOSEN)


def model_in_use(speech: Speech, data_dir: Path, shipped: Path = SHIPPED) -> ModelFolder | None:
    """The setting's, else the chosen one, else the best; None: there is no model at all.

    Raises ModelUnusable when one is named and cannot be used: another would surprise.
    """
    name = speech.model or chosen_by_command(data_dir)
    if name:
        return named(name, data_dir, shipped)
    return next(models_here(data_dir, shipped), None)


def calibration_file(data_dir: Path) -> Path:
    """Where ``hotline asr calibrate`` writes what it measured."""
    return data_dir / "speech" / "calibration.json"


__all__ = [
    "CHOSEN", "SHIPPED", "ModelUnusable", "calibration_file", "choose", "chosen_by_command",
    "model_in_use", "models_here", "named", "own_home",
]  # fmt: skip
