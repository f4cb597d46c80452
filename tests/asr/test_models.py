"""A folder is a model, or it is said what is wrong with it: never a crash, never a guess."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from asr.errors import ModelUnusable
from asr.model_files import Features, features, in_known_words, vocabulary
from asr.models import folders, look
from asr.segment import Model
from asr.vosk_local import VoskEngine
from tests.peers.speaker import model_folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A model that a test may spoil."""
    return Path(shutil.copytree(model_folder("demo-8k"), tmp_path / "city-1"))


def test_our_models_are_known() -> None:
    """By their mark: demo, name, rate; and that they take a list of words."""
    assert look(model_folder("demo-8k")).model == Model(
        name="demo-8k", rate=8000, demo=True, grammar=True
    )
    assert look(model_folder("demo-16k")).model.rate == 16000


def test_a_model_without_our_mark(copy: Path) -> None:
    """Is called like its folder, and is no demo."""
    (copy / "hotline.json").unlink()
    assert look(copy).model == Model(name="city-1", rate=8000, grammar=True)


def test_one_graph_is_a_model_without_lists(copy: Path) -> None:
    """The layout of the large models."""
    (copy / "graph/Gr.fst").unlink()
    (copy / "graph/HCLr.fst").rename(copy / "graph/HCLG.fst")
    assert look(copy).model.grammar is False


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (shutil.rmtree, "no model folder"),
    "no network": (lambda path: (path / "am/final.mdl").unlink(), "am/final.mdl"),
    "no graph": (lambda path: (path / "graph/Gr.fst").unlink(), "graph/HCLG.fst"),
    "no words": (lambda path: (path / "graph/words.txt").unlink(), "graph/words.txt"),
    "a placeholder": (
        lambda path: (path / "am/final.mdl").write_text("version https://git-lfs"),
        "damaged",
    ),
    "another rate": (
        lambda path: (path / "conf/mfcc.conf").write_text("--sample-frequency=44100"),
        "44100",
    ),
    "two rates": (
        lambda path: (path / "conf/mfcc.conf").write_text("--sample-frequency=16000"),
        "hotline.json must say the same",
    ),
    "no number": (
        lambda path: (path / "conf/mfcc.conf").write_text("--sample-frequency=fast"),
        "cannot be read",
    ),
    "no mark": (lambda path: (path / "hotline.json").write_text("[]"), "cannot be read"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_wrong_is_said(copy: Path, name: str) -> None:
    """In both languages, with the file, and how to mend it."""
    spoil, told = SPOILT[name]
    spoil(copy)
    with pytest.raises(ModelUnusable) as refused:
        look(copy)
    assert told in refused.value.en
    assert "：" in refused.value.zh


def test_a_folder_around_a_model_names_the_one_inside(copy: Path) -> None:
    """Archives hold a folder: the usual mistake."""
    with pytest.raises(ModelUnusable) as refused:
        look(copy.parent)
    assert f"use {copy}" in refused.value.en


def test_a_truncated_model_is_refused_when_it_is_loaded(copy: Path) -> None:
    """Its first bytes are right, so only loading shows it; the process lives."""
    os.truncate(copy / "am/final.mdl", 100_000)
    with pytest.raises(ModelUnusable) as refused:
        VoskEngine(look(copy))
    assert "cut short" in refused.value.en


def test_a_missing_list_file_is_refused_when_it_is_loaded(copy: Path) -> None:
    """Gr.fst cut short: vosk loads the model and fails with the first recogniser."""
    os.truncate(copy / "graph/Gr.fst", 100)
    with pytest.raises(ModelUnusable):
        VoskEngine(look(copy))


def test_the_best_comes_first(tmp_path: Path) -> None:
    """Any other model before our demo; what is no model is passed over."""
    shutil.copytree(model_folder("demo-8k"), tmp_path / "demo-8k")
    for name in ("cn-0.15", "cn-0.22"):
        shutil.copytree(model_folder("demo-8k"), tmp_path / name)
        (tmp_path / name / "hotline.json").unlink()
    (tmp_path / "zz").mkdir()
    assert [each.model.name for each in folders(tmp_path)] == ["cn-0.22", "cn-0.15", "demo-8k"]
    assert not list(folders(tmp_path / "nowhere"))


def test_the_rate_of_mfcc_conf() -> None:
    """Comments and spaces are no matter; without one Kaldi's own is meant."""
    assert features("--sample-frequency = 8000 # telephone\n") == Features(8000, takes_less=False)
    assert features("--allow-upsample=true") == Features(16000, takes_less=True)


def test_a_phrase_becomes_the_models_words() -> None:
    """The fewest; spaces stay; what it does not know has none."""
    known = vocabulary(["<eps> 0", "转 1", "人工 2", "人 3", "工 4", "[unk] 5", ""])
    assert in_known_words("转人工", known) == ("转", "人工")
    assert in_known_words("转 人 工", known) == ("转", "人", "工")
    assert in_known_words("转车", known) is None
    assert in_known_words(" ", known) is None
