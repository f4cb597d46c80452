"""Laws of the choice of a model."""

import json
import shutil
from pathlib import Path

import pytest

from asr.errors import ModelUnusable
from config.speech_settings import Speech
from gateway.provision.places import here
from gateway.speech.model_choice import (
    SHIPPED,
    choose,
    chosen_by_command,
    model_in_use,
    models_here,
    named,
    own_home,
)
from tests.peers.speaker import model_folder


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder with both demo models."""
    for name in ("demo-8k", "demo-16k"):
        shutil.copytree(model_folder(name), tmp_path / "shipped" / name)
    return tmp_path / "shipped"


def put_real_model(data_dir: Path, name: str) -> Path:
    """A model that is no demo, in the folder of those that were fetched."""
    place = own_home(data_dir) / name
    shutil.copytree(model_folder("demo-16k"), place)
    (place / "hotline.json").unlink()
    return place


def test_the_demo_models_lie_where_set_up_makes_them() -> None:
    """Two parts of the program name the same folder."""
    assert here().models == SHIPPED


def test_without_a_wish_the_best_is_used(shipped: Path, tmp_path: Path) -> None:
    """A demo model only when there is no other; nothing when there is none."""
    assert model_in_use(Speech(), tmp_path, tmp_path / "nothing") is None
    demo = model_in_use(Speech(), tmp_path, shipped)
    assert demo is not None
    assert demo.model.demo
    place = put_real_model(tmp_path, "vosk-model-cn-0.22")
    best = model_in_use(Speech(), tmp_path, shipped)
    assert best is not None
    assert best.path == place
    assert [each.model.demo for each in models_here(tmp_path, shipped)] == [False, True, True]


def test_the_setting_wins_over_the_command_over_the_best(shipped: Path, tmp_path: Path) -> None:
    """A name or a folder; what the command chose is forgotten by choosing nothing."""
    put_real_model(tmp_path, "big")
    choose("demo-16k", tmp_path)
    assert chosen_by_command(tmp_path) == "demo-16k"
    by_command = model_in_use(Speech(), tmp_path, shipped)
    by_setting = model_in_use(Speech(model=str(shipped / "demo-8k")), tmp_path, shipped)
    assert by_command is not None
    assert by_setting is not None
    assert (by_command.model.name, by_setting.model.name) == ("demo-16k", "demo-8k")
    choose("", tmp_path)
    best = model_in_use(Speech(), tmp_path, shipped)
    assert best is not None
    assert best.model.name == "big"


def test_a_wish_that_cannot_be_met_is_told(shipped: Path, tmp_path: Path) -> None:
    """No other model is used in silence."""
    with pytest.raises(ModelUnusable, match="no model folder"):
        model_in_use(Speech(model="nobody"), tmp_path, shipped)
    mark = shipped / "demo-8k" / "hotline.json"
    mark.write_text(json.dumps({"demo": True, "name": "demo-8k", "rate": 16000}), encoding="utf-8")
    with pytest.raises(ModelUnusable, match="8000"):
        named("demo-8k", tmp_path, shipped)
