"""A program that speaks as the ear does, and misbehaves as it is told.

    python ear_program.py MARKS HOW

Every start appends its process id to the file MARKS. HOW: good | dies | once (dies at its first
start only) | mute (no Pong) | unready (never Ready) | floods | talks (nonsense between reports).
"""

import os
import sys
from pathlib import Path

from asr import wire
from asr.segment import Utterance, Word

WORD = Word(raw="十", text="10", begin_seconds=0.0, end_seconds=0.5)


def say(*reports: wire.Report) -> None:
    """Write them."""
    sys.stdout.buffer.write(b"".join(map(wire.encode, reports)))
    sys.stdout.buffer.flush()


def answer(command: wire.Command | wire.Report) -> wire.Report | None:
    """What a good ear says at once."""
    match command:
        case wire.Ask(prompt="silent.wav") | wire.Transcribe(file="silent.wav"):
            return None
        case wire.Ask():
            return wire.Answered(stream=command.stream, why="words", text="投诉")
        case wire.Transcribe():
            return wire.Transcribed(job=command.job, utterances=(Utterance(words=(WORD,)),))
        case wire.Expect():
            return wire.Began(stream=command.stream, at=1_700_000_000.0)
    return None


def main(marks: Path, how: str) -> None:
    """Until the end of the input."""
    with marks.open("a", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n")
    starts = len(marks.read_text("ascii").splitlines())
    if how == "dies" or (how == "once" and starts == 1):
        return
    if how == "talks":
        sys.stdout.write("LOG (VoskAPI:ReadDataFiles)\n{}\n[1]\n")
    if how != "unready":
        say(wire.Ready(port=1, model=None, slots=0))
    if how == "floods":
        say(*(wire.Partial(stream="a", text=str(n)) for n in range(5000)))
        say(*(wire.Ended(stream=str(n), seconds=0.0) for n in range(40)))
    for line in sys.stdin.buffer:
        command = wire.decode(line)
        if isinstance(command, wire.Ping):
            if how != "mute":
                say(wire.Pong(number=command.number))
        elif said := answer(command):
            say(said)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
