"""Laws of the demo model's place in the set-up."""

import io
from pathlib import Path

from asr.models import look
from gateway.provision.places import Places, here
from gateway.provision.progress import Step
from gateway.provision.speech_model import espeak_library, make_demo_models


def test_the_models_are_made_once(tmp_path: Path) -> None:
    """Both, ready to be used; a second time nothing is written."""
    places = Places(tmp_path)
    home = make_demo_models(places)
    assert [look(home / name).model.rate for name in ("demo-8k", "demo-16k")] == [8000, 16000]
    written = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    step = Step(io.StringIO())
    make_demo_models(places, step)
    assert step.ready
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == written


def test_what_is_old_or_torn_is_made_anew(tmp_path: Path) -> None:
    """A folder without its stamp, or with the stamp of other sources; the others stay."""
    places = Places(tmp_path)
    home = make_demo_models(places)
    (home / "demo-8k" / ".stamp").write_text("older", encoding="utf-8")
    (home / "demo-8k" / "am" / "final.mdl").unlink()
    kept = (home / "demo-16k" / "am" / "final.mdl").stat().st_mtime_ns
    step = Step(io.StringIO())
    make_demo_models(places, step)
    assert not step.ready
    assert look(home / "demo-8k").model.demo
    assert (home / "demo-16k" / "am" / "final.mdl").stat().st_mtime_ns == kept
    assert sorted(path.name for path in home.iterdir()) == ["demo-16k", "demo-8k"]


def test_the_library_of_the_voice_is_found() -> None:
    """The private copy's file, which exists; None where the machine has espeak-ng itself."""
    library = espeak_library(here())
    assert library is None or library.is_file()
