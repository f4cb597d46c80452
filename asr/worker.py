"""A recognising process: ``python -P -m asr.worker FOLDER PARENT_PID``.

Frames in by standard input, answers out by standard output, one after the other: one process keeps
one core. It ends with its parent, however that ends, and gives way to calls (nice 5).
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from asr.errors import AsrError, GrammarRefused, SoundUnusable
from asr.frames import Answer, Frame, Frames, Kind, told
from asr.models import look
from asr.recognizer import Recognizer
from asr.segment import Utterance
from asr.vosk_local import VoskEngine

PR_SET_PDEATHSIG = 1  # prctl(2)
BELOW_CALLS = 5
READ_BYTES = 1 << 16


class Worker:
    """Its streams, and the answer to each frame."""

    def __init__(self, engine: VoskEngine) -> None:
        self._engine = engine
        self._streams: dict[int, Recognizer] = {}

    def answer(self, frame: Frame) -> Answer | None:
        """None: to this frame there is no answer."""
        match frame.kind:
            case Kind.OPEN:
                self._open(frame)
            case Kind.FORGET:
                self._streams.pop(frame.stream, None)
            case _:
                try:
                    return self._answered(frame)
                except SoundUnusable as fault:
                    return Answer(fault=fault.code, over=True)
        return None

    def _answered(self, frame: Frame) -> Answer:
        recognizer = self._streams[frame.stream]
        if frame.kind is Kind.CLOSE:
            del self._streams[frame.stream]
        if frame.kind in (Kind.CLOSE, Kind.PAUSE):
            return Answer(utterance=recognizer.finish(), over=True)
        recognizer.partials = frame.kind is Kind.SOUND
        heard = recognizer.feed(frame.payload)
        if isinstance(heard, Utterance):
            return Answer(utterance=heard, over=recognizer.rests)
        return Answer(partial=heard.text if heard else None, over=recognizer.rests)

    def _open(self, frame: Frame) -> None:
        wanted = told(frame.payload)
        recognizer = self._engine.recognizer(int(wanted["rate"]))
        if words := tuple(wanted["words"]):
            with suppress(GrammarRefused):  # then everything is expected
                recognizer.restrict(words)
        self._streams[frame.stream] = recognizer


def main(folder: str, parent: str) -> None:
    """Serve until the input ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):
        return
    os.nice(BELOW_CALLS)
    out = os.dup(1)
    os.dup2(2, 1)  # a library that prints must not print into our frames
    with os.fdopen(out, "wb") as answers:
        try:
            worker = Worker(VoskEngine(look(Path(folder))))
        except AsrError as fault:
            why = json.dumps({"zh": fault.zh, "en": fault.en}).encode()
            answers.write(Frame(Kind.UNUSABLE, 0, why).encoded())
            return
        answers.write(Frame(Kind.LOADED).encoded())
        answers.flush()
        frames = Frames()
        while more := os.read(0, READ_BYTES):
            for frame in frames.feed(more):
                if (said := worker.answer(frame)) is not None:
                    answers.write(Frame(Kind.ANSWER, frame.stream, said.encoded()).encoded())
                    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
