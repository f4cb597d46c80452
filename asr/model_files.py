"""What stands in the files of a Vosk model. PURE: text and first bytes in, values out.

A model is a folder as alphacephei.com publishes it: ``am/final.mdl``, ``conf/mfcc.conf``,
``graph/words.txt`` and either ``graph/HCLG.fst`` or ``graph/HCLr.fst`` with ``graph/Gr.fst`` (those
take a list of words at run time). Ours has a ``hotline.json`` beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

KALDI_RATE = 16000
"""What Kaldi assumes when mfcc.conf names no rate."""
RATES = (8000, 16000)

NEEDED = ("am/final.mdl", "conf/mfcc.conf", "graph/words.txt")
GRAPHS = (("graph/HCLr.fst", "graph/Gr.fst"), ("graph/HCLG.fst",))
"""One of these sets must be there; with the first a list of words may be given at run time."""
BEGINNINGS = {"final.mdl": b"\0B<TransitionModel>", ".fst": b"\xd6\xfd\xb2\x7e"}
"""How binary files begin: Kaldi's, OpenFst's (by the end of their name)."""
MARK = "hotline.json"


@dataclass(frozen=True, slots=True)
class Features:
    """What a model wants to hear: samples a second, and whether it takes fewer."""

    rate: int
    takes_less: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """What ``hotline.json`` says."""

    name: str
    demo: bool
    rate: int | None = None


def features(mfcc_conf: str) -> Features:
    """Of ``conf/mfcc.conf``; raises ValueError for a rate that is no number."""
    said: dict[str, str] = {}
    for line in mfcc_conf.splitlines():
        name, _, value = line.partition("#")[0].strip().partition("=")
        said[name.strip()] = value.strip()
    rate = float(said.get("--sample-frequency", KALDI_RATE))
    return Features(int(rate), takes_less=said.get("--allow-upsample") == "true")


def mark(text: str) -> Mark:
    """Of ``hotline.json``; raises ValueError."""
    said = json.loads(text)
    if not isinstance(said, dict):
        raise ValueError("not an object")  # noqa: TRY004 - as for any other fault of the text
    rate = said.get("rate")
    return Mark(str(said.get("name", "")), said.get("demo") is True, int(rate) if rate else None)


def vocabulary(words_txt: Iterable[str]) -> frozenset[str]:
    """Every word of ``graph/words.txt`` (a word and its number a line), silence left out."""
    words = (line.split(maxsplit=1) for line in words_txt)
    return frozenset(word[0] for word in words if word) - {"<eps>", "!SIL", "<s>", "</s>", "#0"}


def in_known_words(phrase: str, known: frozenset[str]) -> tuple[str, ...] | None:
    """A phrase as words of the model, the fewest; None: it cannot be said in them.

    Spaces are taken as given; within them 转人工 becomes 转 人工.
    """
    words: list[str] = []
    for part in phrase.split():
        best: list[tuple[str, ...] | None] = [()]
        for end in range(1, len(part) + 1):
            ways = [
                (*before, part[begin:end])
                for begin in range(end)
                if (before := best[begin]) is not None and part[begin:end] in known
            ]
            best.append(min(ways, key=len, default=None))
        if best[-1] is None:
            return None
        words.extend(best[-1])
    return tuple(words) or None
