"""Lays out a model folder as Vosk's small models are, from the weights. Seconds; numpy only."""

from __future__ import annotations

import json
from pathlib import Path

from asr.demo_model import bigram
from asr.demo_model.features import mfcc_conf
from asr.demo_model.graph import (
    UNKNOWN,
    Sounds,
    sounds_to_words,
    word_numbers,
    words_to_sentences,
    words_txt,
)
from asr.demo_model.kaldi_files import final_mdl
from asr.demo_model.weights import Weights

MARK = "hotline.json"
"""The file by which a model of ours is known: ``demo``, ``name``, ``rate``, ``vocabulary``."""
BIGRAM_SEED = 1
# Vosk counts 0.03 s for each answer of the network, whatever is said here: it must be 3. A wider
# lattice-beam makes the loop of [unk] slow.
MODEL_CONF = """\
--min-active=200
--max-active=3000
--beam=10.0
--lattice-beam=2.5
--acoustic-scale=0.4
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""


def write_model(weights: Weights, folder: Path, rate: int) -> None:
    """Fill ``folder``; the same weights give the same bytes.

    ``rate`` 8000, or 16000 for one that refuses 8000 Hz, as the official small models do.
    """
    sounds = Sounds(weights.phones, weights.self_loops)
    numbers = word_numbers(tuple(weights.lexicon))
    pairs = bigram.counted(tuple(weights.lexicon), UNKNOWN, BIGRAM_SEED)
    mark = {
        "demo": True,
        "name": f"demo-{rate // 1000}k",
        "rate": rate,
        "vocabulary": list(weights.lexicon),
    }
    files: dict[str, str | bytes] = {
        "am/final.mdl": final_mdl(sounds.pdfs, sounds.loops, weights.layers, weights.priors),
        "conf/mfcc.conf": mfcc_conf(rate),
        "conf/model.conf": MODEL_CONF,
        "graph/HCLr.fst": sounds_to_words(sounds, weights.lexicon, numbers).bytes(),
        "graph/Gr.fst": words_to_sentences(pairs, numbers).bytes(),
        "graph/disambig_tid.int": "",
        "graph/words.txt": words_txt(numbers),
        "graph/phones/word_boundary.int": sounds.word_boundary(),
        MARK: json.dumps(mark, ensure_ascii=False) + "\n",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
