"""Speech to text: how well, how soon, and what our whole path costs beside vosk alone.

``wer_clean``, ``wer_phone``  words heard wrong, in voices that the demo model was never trained on
``first_partial_p99_ms``      from the begin of a sentence to its first words, at the gateway
``final_p99_ms``              from the end of a sentence to its final words, at the gateway
``streams_vs_raw``            streams a core through tap, gate, ear, worker / vosk alone in a loop
``tapped_vs_untapped_cpu``    what Asterisk pays for taps: see ``tapped``

Streams a core: seconds of sound for each CPU second of the ear and its workers, while so many
voices talk in real time. Vosk alone hears the same sound, all of it, in pieces of 0.1 s, and says
what it has after each.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from asr.demo_model.measure import measured
from asr.demo_model.voice import Voice
from asr.models import ModelFolder
from asr.vosk_local import VoskEngine
from config.speech_settings import Speech
from gateway.bench import tapped
from gateway.bench.child import ChildFailed
from gateway.bench.ratios import PAIRS, Ratio, percentile
from gateway.bench.report import Figures, Told
from gateway.bench.talking import Talk, Talking, talk_of
from gateway.provision.places import here
from gateway.provision.speech_model import espeak_library
from gateway.speech.model_choice import model_in_use

SENTENCES = 200
VOICES = 20
TALKS = 4
"""Different talks; the voices share them, each from a moment of its own."""
TINY: dict[str, Any] = {"sentences": 4, "voices": 2, "pairs": 1, "tapped_size": tapped.TINY}
RAW_SECONDS = 600.0
RAW = """
import sys, time, types
sys.modules["srt"] = types.ModuleType("srt")
import vosk
vosk.SetLogLevel(-1)
model, rate, files = vosk.Model(model_path=sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
began = time.process_time()
for file in files:
    one, sound = vosk.KaldiRecognizer(model, rate), open(file, "rb").read()
    one.SetWords(True)
    for at in range(0, len(sound), rate // 5):
        one.Result() if one.AcceptWaveform(sound[at:at + rate // 5]) else one.PartialResult()
    one.FinalResult()
print(time.process_time() - began)
"""
NOTE = (
    "model {model}; {words} words in {sentences} sentences by each channel; {voices} voices at "
    "once, {said:.0f} % of the time with words; a core follows {streams:.0f} of them through the "
    "whole path, vosk alone {raw:.0f}; {missing} of {all} sentences without a final"
)


async def measure(
    told: Told,
    *,
    sentences: int = SENTENCES,
    voices: int = VOICES,
    pairs: int = PAIRS,
    tapped_size: dict[str, Any] | None = None,
) -> Figures:
    """All of them; the model is the one in use."""
    found = model_in_use(Speech(), Path(".hotline") / "data")
    if found is None:
        raise ChildFailed("asr: there is no model (hotline model ls)")
    voice = Voice(espeak_library(here()))
    told("asr: error rates")
    rates = measured(VoskEngine(found), voice, count=sentences)
    said = {one.channel: one for one in rates if one.kind == "sentences"}
    talks = [talk_of(voice, seed) for seed in range(TALKS)]
    ours, raw, runs = list[float](), list[float](), list[Talking]()
    for pair in range(pairs):
        raw.append(_raw_streams(found, talks, voices))
        async with Talking.of(found, talks, voices) as talking:
            await talking.run()
        runs.append(talking)
        ours.append(talking.streams_a_core)
        told(f"asr {pair + 1}/{pairs}: {ours[-1]:.1f} of {raw[-1]:.1f} streams a core")
    first = [ms for run in runs for ms in run.first_partial_ms]
    final = [ms for run in runs for ms in run.final_ms]
    if not (first and final):
        raise ChildFailed("asr: nothing was heard")
    asked = sum(run.sentences for run in runs)
    cost = await tapped.measure(told, **(tapped_size or {}))
    values: dict[str, float | int | str] = {
        "wer_clean": round(said["clean"].rate, 4),
        "wer_phone": round(said["phone"].rate, 4),
        "first_partial_p99_ms": round(percentile(first, 0.99)),
        "final_p99_ms": round(percentile(final, 0.99)),
        **Ratio.of(ours, raw).named("streams_vs_raw"),
        **cost.values,
    }
    note = NOTE.format(
        model=found.model.name,
        words=said["clean"].words,
        sentences=sentences,
        voices=voices,
        said=100 * float(np.mean([one.share_said for one in talks])),
        streams=float(np.median(ours)),
        raw=float(np.median(raw)),
        missing=asked - len(final),
        all=asked,
    )
    return Figures(values, f"{note}. {cost.note}")


def _raw_streams(found: ModelFolder, talks: list[Talk], voices: int) -> float:
    """Seconds of sound for each CPU second of vosk alone."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        files = []
        for at, talk in enumerate(talks):
            files.append(Path(name) / f"{at}.pcm")
            files[-1].write_bytes(talk.pcm)
        asked = [str(files[at % len(files)]) for at in range(voices)]
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", RAW, str(found.path), "8000", *asked],
            capture_output=True,
            text=True,
            timeout=RAW_SECONDS,
            check=False,
        )
    if done.returncode:
        raise ChildFailed(f"asr: {done.stderr.strip()[-200:]}")
    return sum(talks[at % len(talks)].seconds for at in range(voices)) / float(done.stdout)
