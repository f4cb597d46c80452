"""What Vosk says in JSON, here or on a server, as values. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asr.segment import Utterance, Word
from asr.writing import line_written, words_written

UNKNOWN_WORDS = ("[unk]", "<UNK>", "<unk>")
"""How models name what they do not know. It is left out of what is told."""


def utterance(said: Mapping[str, Any], *, after_seconds: float = 0.0) -> Utterance | None:
    """Of a result; None: no word."""
    words = tuple(
        Word(
            raw=str(each["word"]),
            text=str(each["word"]),
            begin_seconds=round(after_seconds + float(each["start"]), 3),
            end_seconds=round(after_seconds + float(each["end"]), 3),
            confidence=round(min(1.0, float(each.get("conf", 1.0))), 3),
        )
        for each in said.get("result", ())
        if each["word"] not in UNKNOWN_WORDS
    )
    return Utterance(words=words_written(words)) if words else None


def partial_line(said: Mapping[str, Any]) -> str:
    """Of a partial, as it is written."""
    words = (word for word in said.get("partial", "").split() if word not in UNKNOWN_WORDS)
    return line_written(" ".join(words))
