"""``python -P -m asr.demo_model OUT``: make the demo model anew and say how well it hears.

OUT gets ``weights.npz`` and two model folders, ``demo-8k`` and ``demo-16k``. With ``--graph-only``
the folders are made from the weights that are there: seconds, and no voice is needed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

RATES = 8000, 16000


def main(arguments: list[str] | None = None) -> int:
    """0: made; 1: not, and standard error says why."""
    asked = _parser().parse_args(arguments)
    # Read by numpy's libraries as they load; another number of threads gives other weights.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(asked.threads)
    from asr.demo_model import building, weights  # noqa: PLC0415 - after the number of threads
    from asr.demo_model.model_folder import write_model  # noqa: PLC0415
    from asr.demo_model.voice import NoVoice  # noqa: PLC0415
    from asr.errors import ModelUnusable  # noqa: PLC0415

    began = time.monotonic()
    file = asked.out / "weights.npz"
    try:
        if asked.graph_only:
            made = weights.load(asked.weights)
        else:
            asked.out.mkdir(parents=True, exist_ok=True)
            fresh, _ = building.build(
                sentences=asked.utts, epochs=asked.epochs, seed=asked.seed, jobs=asked.jobs,
                library=asked.espeak_library, say=_say,
            )  # fmt: skip
            weights.save(fresh, file)
            made = weights.load(file)  # in half precision, as everybody will have it
        folders = [asked.out / f"demo-{rate // 1000}k" for rate in RATES]
        for folder, rate in zip(folders, RATES, strict=True):
            write_model(made, folder, rate)
        if not asked.graph_only:
            _tell_error_rates(folders, asked.espeak_library, asked.test_utts)
    except (NoVoice, weights.WeightsUnread, ModelUnusable, OSError) as wrong:
        sys.stderr.write(f"没有做成 / not made: {wrong}\n")
        return 1
    sys.stderr.write(f"{asked.out}: {time.monotonic() - began:.0f} s\n")
    return 0


def _tell_error_rates(folders: list[Path], library: Path | None, count: int) -> None:
    """One line for each model, kind of sentence and channel, on standard output."""
    from asr.demo_model.measure import measured  # noqa: PLC0415 - after the number of threads
    from asr.demo_model.voice import Voice  # noqa: PLC0415
    from asr.models import look  # noqa: PLC0415
    from asr.vosk_local import VoskEngine  # noqa: PLC0415

    voice = Voice(library)
    for folder in folders:
        for heard in measured(VoskEngine(look(folder)), voice, count=count):
            sys.stdout.write(
                f"{folder.name}  {heard.kind:12}  {heard.channel:5}  "
                f"WER {100 * heard.rate:.1f} %  ({heard.errors}/{heard.words})\n"
            )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -P -m asr.demo_model", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--utts", type=int, default=3000, help="sentences to train on")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--test-utts", type=int, default=100, help="sentences of each kind to test")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes that speak")
    parser.add_argument("--threads", type=int, default=2, help="threads that learn")
    parser.add_argument("--graph-only", action="store_true", help="make the folders, train nothing")
    parser.add_argument("--weights", type=Path, default=Path(__file__).with_name("weights.npz"))
    parser.add_argument("--espeak-library", type=Path, help="libespeak-ng.so.1 of a private copy")
    return parser


def _say(text: str) -> None:
    """Progress: a line that is written over, until one ends in a newline."""
    sys.stderr.write(f"\r\033[K{text}" if sys.stderr.isatty() else text.rstrip("\n") + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
