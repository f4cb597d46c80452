"""In which order the files of tests are begun."""

from pathlib import Path

import pytest

SLOW = frozenset({"worlds", "walks", "browser", "security", "law"})
"""Folders whose files take long, since they wait for calls; the others need a core."""
OTHERS_BETWEEN = 3


def dealt(files: list[str]) -> list[str]:
    """Slow ones among others, so that cores and calls are busy together; the last is not slow."""
    slow = [name for name in files if Path(name).parts[0] in SLOW]
    rest = iter([name for name in files if Path(name).parts[0] not in SLOW])
    mixed = [
        name
        for one in slow
        for name in (one, *(other for _, other in zip(range(OTHERS_BETWEEN), rest, strict=False)))
    ]
    return [*mixed, *rest]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a file the order stays what it was."""
    here = Path(__file__).parent
    of = {id(item): str(item.path.relative_to(here)) for item in items}
    place = {name: at for at, name in enumerate(dealt(list(dict.fromkeys(of.values()))))}
    items.sort(key=lambda item: place[of[id(item)]])
