"""The web, for every test of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.web.web_world import WebWorld, web_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A server of its own."""
    async with web_world(tmp_path) as world:
        yield world
