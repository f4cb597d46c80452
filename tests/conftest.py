"""In which order the files of tests are begun."""

from pathlib import Path

import pytest

SLOW_FIRST = ("worlds", "walks", "browser", "security", "law")
"""Folders whose files take long: begun last, one of them would keep all but one worker waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those first; within a folder, and after them, the order stays what it was."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(here).parts[0]
        return SLOW_FIRST.index(folder) if folder in SLOW_FIRST else len(SLOW_FIRST)

    items.sort(key=place)
