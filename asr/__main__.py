"""The ear as a process: ``python -P -m asr --model DIR ...``. Commands in, reports out."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from typing import IO

from asr import wire
from asr.ear import Ear, Options
from asr.outbox import Outbox


async def hear(options: Options, commands: IO[bytes], reports: IO[bytes]) -> None:
    """Until the commands end, or nobody reads the reports."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=wire.MOST_LINE_BYTES)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), commands)
    async with Outbox(reports) as outbox, asyncio.TaskGroup() as tasks:
        ear = Ear(options, outbox.say, tasks)
        parts = (
            tasks.create_task(ear.work()),
            tasks.create_task(ear.obey(reader)),
            tasks.create_task(outbox.broken.wait()),
        )
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for part in parts:
            part.cancel()


def options(arguments: Sequence[str]) -> Options:
    """What was given on the command line."""
    parser = argparse.ArgumentParser(prog="asr", allow_abbrev=False)
    parser.add_argument("--model", default="")
    parser.add_argument("--server", default="")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--live-most", type=int, default=0)
    parser.add_argument("--calibration", default="")
    parser.add_argument("hot_words", nargs="*")
    given = parser.parse_args(arguments)
    return Options(**{**vars(given), "hot_words": tuple(given.hot_words)})


def main() -> None:
    """The standard output is ours alone: what a library prints goes to the errors."""
    with os.fdopen(os.dup(1), "wb", buffering=0) as reports:
        os.dup2(2, 1)
        asyncio.run(hear(options(sys.argv[1:]), sys.stdin.buffer, reports))


if __name__ == "__main__":
    main()
