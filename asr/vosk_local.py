"""Vosk in this process: the only door to it.

What is known of vosk 0.3.45 and kept to here (measured, or read in its sources):
- a piece of more than 0.2 s may join two utterances: the end is looked for once a call;
- SetGrammar while something is half said ends the process (SIGABRT), and each call of it leaks the
  grammar before; a constructor with a broken or an empty list ends it, too (SIGSEGV). So a list is
  checked word by word, and a new list means a new recogniser;
- a model that takes 16000 samples a second refuses 8000 at the first piece, unless its mfcc.conf
  allows it: we double them;
- word times count from the first sample of a recogniser, over all utterances.
"""

from __future__ import annotations

import json
import sys
from functools import cached_property
from types import ModuleType
from typing import Any

# Vosk's package names srt, which its command for subtitles needs and nothing here does; it is
# published as a source package only, so it is not installed. An empty module stands in for it.
sys.modules.setdefault("srt", ModuleType("srt"))

import vosk  # noqa: E402 - after its stand-in

from asr.errors import EngineAway, GrammarRefused, ModelUnusable, SoundUnusable  # noqa: E402
from asr.model_files import in_known_words  # noqa: E402
from asr.models import ModelFolder  # noqa: E402
from asr.recognizer import Partial  # noqa: E402
from asr.resample import Doubler  # noqa: E402
from asr.said import UNKNOWN_WORDS, partial_line, utterance  # noqa: E402
from asr.segment import Model, Utterance  # noqa: E402


class VoskEngine:
    """One model in memory."""

    def __init__(self, folder: ModelFolder) -> None:
        """Loads it; seconds for a large one. Raises ModelUnusable."""
        vosk.SetLogLevel(-1)
        self._folder = folder
        try:
            self._vosk = vosk.Model(model_path=str(folder.path))
            vosk.KaldiRecognizer(self._vosk, folder.model.rate)  # some faults show only here
        except Exception as fault:  # vosk raises nothing more exact
            raise ModelUnusable(
                f"模型 {folder.path} 无法加载，文件可能不完整或已损坏：请重新下载或解压",
                f"the model {folder.path} cannot be loaded, a file of it may be cut short or "
                "damaged: download or unpack it again",
            ) from fault

    @property
    def model(self) -> Model:
        """What it is."""
        return self._folder.model

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that it knows."""
        return self._folder.vocabulary()

    def recognizer(self, rate: int) -> VoskRecognizer:
        """One for a stream of ``rate`` samples a second. Raises EngineAway."""
        doubles = rate < self.model.rate and not self._folder.takes_less
        return VoskRecognizer(self, rate, doubles=doubles)

    def opened(self, rate: int, phrases: tuple[str, ...]) -> Any:
        """A recogniser of vosk's. Raises EngineAway, GrammarRefused."""
        listed = [json.dumps(self._listed(phrases), ensure_ascii=False)] if phrases else []
        try:
            made = vosk.KaldiRecognizer(self._vosk, rate, *listed)
        except Exception as fault:
            raise EngineAway("识别器无法建立", "a recogniser cannot be made") from fault
        made.SetWords(True)
        return made

    def _listed(self, phrases: tuple[str, ...]) -> list[str]:
        if not self.model.grammar:
            raise GrammarRefused("此模型不支持词表", "this model takes no list of words")
        said = [in_known_words(phrase, self.vocabulary) for phrase in phrases]
        listed = [" ".join(words) for words in said if words]
        if not listed:
            raise GrammarRefused(
                "词表中的词模型都不认识", "the model knows none of the words of the list"
            )
        return listed + [word for word in UNKNOWN_WORDS if word in self.vocabulary][:1]


class VoskRecognizer:
    """One stream's recogniser."""

    def __init__(self, engine: VoskEngine, rate: int, *, doubles: bool) -> None:
        self.partials, self.rests = True, True
        self._engine, self._rate = engine, 2 * rate if doubles else rate
        self._doubler = Doubler() if doubles else None
        self._vosk = engine.opened(self._rate, ())
        self._began = 0.0  # where in the sound this recogniser of vosk's began
        self._fed = 0.0
        self._heard = ""  # the last partial, as vosk wrote it
        self._partial = ""  # what was told of it

    def feed(self, pcm: bytes) -> Partial | Utterance | None:
        """Hear this; raises SoundUnusable."""
        if self._doubler is not None:
            pcm = self._doubler.doubled(pcm)
        try:
            over = self._vosk.AcceptWaveform(pcm)
        except Exception as fault:
            raise SoundUnusable("这段声音无法识别", "this sound cannot be recognised") from fault
        self._fed += len(pcm) / 2 / self._rate
        self.rests = bool(over)
        if over:
            self._heard = ""
            return self._utterance(self._vosk.Result()) or self._told("")
        if not self.partials:
            return None
        heard = self._vosk.PartialResult()
        if heard == self._heard:  # most are: it moves in steps of 0.24 s
            return None
        self._heard = heard
        return self._told(partial_line(json.loads(heard)))

    def finish(self) -> Utterance | None:
        """What is half said becomes final."""
        self.rests, self._heard = True, ""
        return self._utterance(self._vosk.FinalResult())

    def restrict(self, words: tuple[str, ...]) -> None:
        """Expect only these phrases. Raises GrammarRefused."""
        self._vosk = self._engine.opened(self._rate, words)
        self._began, self._heard, self._partial = self._fed, "", ""

    def _told(self, line: str) -> Partial | None:
        if line == self._partial:
            return None
        self._partial = line
        return Partial(line)

    def _utterance(self, said: str) -> Utterance | None:
        made = utterance(json.loads(said), after_seconds=self._began)
        if made is not None:
            self._partial = ""
        return made
