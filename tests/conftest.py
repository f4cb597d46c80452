"""In which order the files of tests are begun."""

from pathlib import Path
from zlib import crc32

import pytest

SLOW = frozenset({"worlds", "walks", "browser", "security", "law"})
"""Folders whose files wait for calls, most of the time; the others need a core."""
SLOW_ARE_BEGUN = 0.9
"""By then, as a share of all files: one that is begun last keeps all but one worker waiting."""


def dealt(files: list[str]) -> list[str]:
    """Evenly, so that cores and calls are busy together, and each kind is spread over the run."""
    place: dict[str, float] = {}
    for slow in (True, False):
        alike = [name for name in files if (Path(name).parts[0] in SLOW) is slow]
        alike.sort(key=lambda name: crc32(name.encode()))
        share = SLOW_ARE_BEGUN if slow else 1.0
        place |= {name: share * at / len(alike) for at, name in enumerate(alike)}
    return sorted(files, key=lambda name: place[name])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a file the order stays what it was."""
    here = Path(__file__).parent
    of = {id(item): str(item.path.relative_to(here)) for item in items}
    place = {name: at for at, name in enumerate(dealt(list(dict.fromkeys(of.values()))))}
    items.sort(key=lambda item: place[of[id(item)]])
