"""Finds programs: on PATH, else private copies of the distribution's own packages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.provision import stamp
from gateway.provision.debian_tree import DebianTree, write_wrapper
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import Places
from gateway.provision.private_debs import Machine, PrivateApt, this_machine
from gateway.provision.progress import Step
from gateway.provision.speech import SpeechTools

DPKG_STATUS = Path("/var/lib/dpkg/status")
LAYOUT = "1"  # change it when copies made earlier must be made again


def speech_tools(places: Places, step: Step | None = None) -> SpeechTools:
    """espeak-ng and sox; NotReady names the one that cannot be had."""
    return SpeechTools(
        espeak=str(find_tool("espeak-ng", ("espeak-ng",), places, step)),
        sox=str(find_tool("sox", ("sox",), places, step)),
    )


def find_tool(
    program: str, packages: Sequence[str], places: Places, step: Step | None = None
) -> Path:
    """The program on PATH, else a wrapper of a private copy of ``packages``, fetched if need be."""
    found = shutil.which(program)
    if found:
        return Path(found)
    tree = private_packages(program, packages, places, step)
    inside = tree.program(program)
    if not inside:
        raise _unfetched(program, packages, f"{program} is not in {', '.join(packages)}")
    wrapper = places.tools / "bin" / program
    write_wrapper(wrapper, tree.wrapper(inside, env=_environment(tree)))
    return wrapper


def private_packages(
    name: str, packages: Sequence[str], places: Places, step: Step | None = None
) -> DebianTree:
    """The packages unpacked under ``.hotline/tools/<name>``; NotReady when they cannot be had."""
    if kept := kept_copy(name, packages, places):
        return kept
    place = places.tools / name
    if step:
        step.note(f"下载私有副本 / fetching a private copy: {' '.join(packages)}")
    fresh = place.with_name(f"{name}.new")
    _fetch(fresh, packages, this_machine())
    stamp.write(fresh / "stamp", stamp.digest(LAYOUT, *packages))
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)
    return DebianTree(place / "root")


def kept_copy(name: str, packages: Sequence[str], places: Places) -> DebianTree | None:
    """What ``private_packages`` made earlier, if it need not be made again."""
    place = places.tools / name
    if stamp.is_current(place / "stamp", stamp.digest(LAYOUT, *packages)):
        return DebianTree(place / "root")
    return None


def _fetch(place: Path, packages: Sequence[str], machine: Machine) -> None:
    shutil.rmtree(place, ignore_errors=True)
    if not machine.own:
        raise _unfetched(packages[0], packages, "no Debian or Ubuntu archive is configured")
    # Against what is installed only the missing packages come, and they run with the machine's
    # own C library. Where dpkg's books are broken, the whole closure comes, with its own.
    books = [DPKG_STATUS, None] if os.access(DPKG_STATUS, os.R_OK) else [None]
    said = ""
    for status in books:
        try:
            apt = PrivateApt(place / "apt", machine.own, status)
            apt.update()
            apt.unpack(packages, place / "root")
        except ProgramFailed as failed:
            said = failed.tail
            continue
        shutil.rmtree(place / "apt")
        return
    raise _unfetched(packages[0], packages, said)


def _unfetched(program: str, packages: Sequence[str], said: str) -> NotReady:
    names = " ".join(packages)
    return NotReady(
        f"缺少 {program}，也无法下载私有副本。请执行 sudo apt-get install {names}，"
        "或检查网络、设 HOTLINE_DEBIAN_MIRROR 后重试。",
        f"{program} is missing and a private copy could not be fetched. Run sudo apt-get install "
        f"{names}, or check the network, set HOTLINE_DEBIAN_MIRROR, and try again.\n{said}",
    )


def _environment(tree: DebianTree) -> Mapping[str, str]:
    """Where a program looks for its data when it is not in /usr."""
    data = next(iter(tree.root.glob("usr/lib/*/espeak-ng-data")), None)
    return {"ESPEAK_DATA_PATH": str(data.parent)} if data else {}
