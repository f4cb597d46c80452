"""The demo model of speech recognition: its folders, made from the weights that we ship."""

from __future__ import annotations

import shutil
from pathlib import Path

from asr.demo_model import model_folder, weights
from gateway.provision import stamp
from gateway.provision.errors import NotReady
from gateway.provision.places import Places
from gateway.provision.progress import Step
from gateway.provision.tools import find_tool

RATES = 8000, 16000  # the second refuses 8000 Hz, as official models do: tests need one that does


def make_demo_models(places: Places, step: Step | None = None) -> Path:
    """``.hotline/models`` with demo-8k and demo-16k; made only when what makes them has changed.

    NotReady when the weights are damaged.
    """
    wanted = stamp.digest_of_files(_sources(), _sources().glob("*.*"))
    made = 0
    for rate in RATES:
        folder = places.models / f"demo-{rate // 1000}k"
        if stamp.is_current(folder / ".stamp", wanted):
            continue
        fresh = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            model_folder.write_model(weights.load(), fresh, rate)
        except weights.WeightsUnread as damaged:
            raise NotReady(
                f"演示模型的权重文件已损坏（{weights.COMMITTED}），请重新取得本软件。",
                f"The demo model's weights are damaged ({weights.COMMITTED}); get this software "
                "anew.",
            ) from damaged
        stamp.write(fresh / ".stamp", wanted)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
        made += 1
    if step:
        step.ready = not made
    return places.models


def espeak_library(places: Places, step: Step | None = None) -> Path | None:
    """The library of espeak-ng, which tells when it says what; None: the machine has its own."""
    program = find_tool("espeak-ng", ("espeak-ng",), places, step)
    if places.tools not in program.parents:
        return None
    root = places.tools / "espeak-ng" / "root"
    return next(iter(sorted(root.glob("usr/lib/*/libespeak-ng.so.1"))), None)


def _sources() -> Path:
    return weights.COMMITTED.parent
