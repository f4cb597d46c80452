"""Laws of the builder: the same words, the same bytes; what it writes is what it reads."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from asr.demo_model.examples import HELD_OUT_VARIANTS, TRAINING_VARIANTS
from asr.demo_model.model_folder import write_model
from asr.demo_model.voice import Manner, NoVoice, Voice
from asr.demo_model.weights import COMMITTED, OFFSETS, WeightsUnread, load, save
from asr.models import look
from gateway.provision.places import Places, here
from gateway.provision.speech_model import espeak_library, make_demo_models

MOST_WEIGHT_BYTES = 600_000
MOST_FOLDER_BYTES = 3_000_000


def built(out: Path) -> str:
    """A tiny build, by the command; what it said on standard error."""
    library = espeak_library(here())
    command = [
        *(sys.executable, "-P", "-m", "asr.demo_model", str(out), "--utts", "60"),
        *("--epochs", "2", "--threads", "1", "--test-utts", "2"),
        *(("--espeak-library", str(library)) if library else ()),
    ]
    environment = {"PYTHONPATH": str(here().checkout), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=150, check=True
    )
    assert done.stdout.count("WER") == 8
    return done.stderr


def test_the_same_build_gives_the_same_bytes(tmp_path: Path) -> None:
    """Twice the command, two equal folders; and it learned something."""
    first, second = built(tmp_path / "one"), built(tmp_path / "two")
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) >= 1 + 2 * 8
    for file in files:
        one, two = tmp_path / "one" / file, tmp_path / "two" / file
        assert one.read_bytes() == two.read_bytes(), file
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in first.splitlines()
              if "loss" in line]  # fmt: skip
    assert losses[1] < losses[0] * 0.9
    assert "loss" in second


def test_weights_come_back_as_they_were(tmp_path: Path) -> None:
    """In half precision; a second time, byte for byte."""
    weights = load()
    assert [layer.offsets for layer in weights.layers] == list(OFFSETS)
    assert weights.phones[0] == "SIL"
    assert sum(weights.priors) == pytest.approx(1, abs=1e-6)
    save(weights, tmp_path / "a.npz")
    save(load(tmp_path / "a.npz"), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = load(tmp_path / "a.npz")
    assert again.lexicon == weights.lexicon
    assert np.array_equal(again.layers[0].weight, weights.layers[0].weight)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY"])
def test_damaged_weights_are_told(tmp_path: Path, content: bytes) -> None:
    """Cut short, or something else."""
    (tmp_path / "w.npz").write_bytes(content)
    with pytest.raises(WeightsUnread):
        load(tmp_path / "w.npz")


def test_what_we_ship_is_small(tmp_path: Path) -> None:
    """The weights below 600 KB, both folders below 3 MB."""
    assert COMMITTED.stat().st_size < MOST_WEIGHT_BYTES
    folder = make_demo_models(Places(tmp_path))
    assert sum(path.stat().st_size for path in folder.rglob("*.*")) < MOST_FOLDER_BYTES


def test_a_folder_is_a_model_of_ours(tmp_path: Path) -> None:
    """Named, marked as a demo, with its rate; it takes lists of words."""
    for rate in (8000, 16000):
        write_model(load(), tmp_path / str(rate), rate)
        found = look(tmp_path / str(rate))
        assert (found.model.name, found.model.rate) == (f"demo-{rate // 1000}k", rate)
        assert found.model.demo
        assert found.model.grammar
        assert found.takes_less == (rate == 8000)
        assert found.vocabulary() >= set(load().lexicon)


def test_nobody_trains_on_the_voices_of_tests() -> None:
    """What is measured was never heard before; every voice exists."""
    assert not set(HELD_OUT_VARIANTS) & set(TRAINING_VARIANTS)
    voice = Voice(espeak_library(here()))
    for variant in (*HELD_OUT_VARIANTS, *TRAINING_VARIANTS):
        sound, phones = voice.speak(["救命"], Manner(variant=variant))
        assert len(sound) > 2000
        assert {phone.word for phone in phones} >= {0}


def test_two_voices_do_not_disturb_each_other() -> None:
    """The library is one; who speaks hears what was asked for."""
    one, other = (Voice(espeak_library(here())) for _ in range(2))
    assert len(one.speak(["救命"])[0]) > 2000
    assert len(other.speak(["救命"])[0]) > 2000
    assert len(one.speak(["救命"])[0]) > 2000


def test_a_missing_voice_is_told(tmp_path: Path) -> None:
    """No library there, or one that is none."""
    with pytest.raises(NoVoice):
        Voice(tmp_path / "libespeak-ng.so.1")
    (tmp_path / "libespeak-ng.so.1").write_bytes(b"none")
    with pytest.raises(NoVoice):
        Voice(tmp_path / "libespeak-ng.so.1")
