"""Laws of ``hotline model`` and ``hotline asr``."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from asr.calibration import read_calibration
from gateway.cli import asr, model
from gateway.provision.places import here
from gateway.speech.model_choice import calibration_file, own_home
from tests.peers.speaker import model_folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file whose data lie in the test's own folder."""
    file = tmp_path / "hotline.toml"
    file.write_text(f'data_dir = "{tmp_path}/data"\n', encoding="utf-8")
    model_folder()
    return file


def said(config: Path, *words: str) -> Result:
    """Run one command of ``hotline model``."""
    return CliRunner().invoke(model.app, [*words, "--config", str(config)])


def in_use(config: Path) -> list[str]:
    """The names of the models that ls marks."""
    rows = json.loads(said(config, "ls", "--json").stdout)
    return [row["name"] for row in rows if row["in_use"]]


def test_the_demo_is_used_until_something_better_is_chosen(config: Path, tmp_path: Path) -> None:
    """An archive at hand is unpacked and then used, as the best; a demo only by wish."""
    assert in_use(config) == ["demo-8k"]
    archive = tmp_path / "vosk-model-own.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for path in sorted(model_folder("demo-16k").rglob("*")):
            if path.is_file() and path.name != "hotline.json":
                out.write(path, Path("some-model") / path.relative_to(model_folder("demo-16k")))
    assert said(config, "get", str(archive)).exit_code == 0
    assert in_use(config) == ["vosk-model-own"]
    assert said(config, "use", "demo-16k").exit_code == 0
    assert in_use(config) == ["demo-16k"]
    assert said(config, "use", "best").exit_code == 0
    assert in_use(config) == ["vosk-model-own"]


def test_a_folder_anywhere_can_be_used(config: Path, tmp_path: Path) -> None:
    """A path is a name, too; ls shows it though it lies elsewhere."""
    place = tmp_path / "elsewhere"
    shutil.copytree(model_folder(), place)
    (place / "hotline.json").unlink()
    assert said(config, "use", str(place)).exit_code == 0
    assert in_use(config) == ["elsewhere"]


def test_the_setting_wins(config: Path) -> None:
    """What the settings file names is not changed by a command, and the command says so."""
    config.write_text(
        config.read_text(encoding="utf-8") + '[speech]\nmodel = "demo-16k"\n', encoding="utf-8"
    )
    assert in_use(config) == ["demo-16k"]
    refused = said(config, "use", "demo-8k")
    assert refused.exit_code == 1
    assert "speech.model" in refused.stderr


def test_check_says_what_is_wrong_in_two_languages(config: Path, tmp_path: Path) -> None:
    """A good one is loaded once; a damaged one is told, in words."""
    assert "8000 Hz" in said(config, "check").stdout
    broken = own_home(tmp_path / "data") / "broken"
    shutil.copytree(model_folder(), broken)
    network = broken / "am" / "final.mdl"
    network.write_bytes(network.read_bytes()[:100_000])
    wrong = said(config, "check", "broken")
    assert wrong.exit_code == 1
    assert "损坏" in wrong.stderr
    assert "damaged" in wrong.stderr
    network.unlink()
    missing = said(config, "check", "broken")
    assert missing.exit_code == 1
    assert "final.mdl" in missing.stderr


def test_an_unknown_model_is_told(config: Path) -> None:
    """Not chosen, and nothing changes."""
    assert said(config, "use", "nobody").exit_code == 1
    assert said(config, "get", "missing.zip").exit_code == 1
    assert in_use(config) == ["demo-8k"]


def test_calibrate_keeps_what_it_measured(config: Path, tmp_path: Path) -> None:
    """For the model in use; the figure is printed and written where the ear reads it."""
    prompts = here().media / "sounds" / "hotline"
    assert any(prompts.glob("*.wav")), "./hotline test makes the prompts"
    done = CliRunner().invoke(
        asr.app, ["calibrate", "--seconds", "1", "--json", "--config", str(config)]
    )
    assert done.exit_code == 0, done.output
    kept = read_calibration(calibration_file(tmp_path / "data"))
    assert kept is not None
    assert kept.model == "demo-8k"
    assert json.loads(done.stdout)["slots"] == kept.slots
