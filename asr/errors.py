"""What can go wrong in recognising, one class per cause. PURE.

AsrError
├── ModelUnusable   a folder that is no model, or a spoilt one
├── SoundUnusable   a file or piece of sound that cannot be recognised
├── GrammarRefused  a list of words that the model cannot take
└── EngineAway      (retryable) the recogniser did not start, or died
"""

from __future__ import annotations

from typing import ClassVar


class AsrError(Exception):
    """Something in speech recognition went wrong.

    ``zh`` and ``en`` are for people: what, why, and how to mend it. ``code`` is for ever.
    """

    code: ClassVar[str] = "asr-error"
    retryable: ClassVar[bool] = False

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return self.en


class ModelUnusable(AsrError):
    """This folder cannot be used as a model."""

    code = "model-unusable"


class SoundUnusable(AsrError):
    """This sound cannot be recognised."""

    code = "sound-unusable"


class GrammarRefused(AsrError):
    """This list of words cannot be used with this model."""

    code = "grammar-refused"


class EngineAway(AsrError):
    """The recogniser is away."""

    code = "engine-away"
    retryable = True
