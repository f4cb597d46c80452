"""The floor, for every test of the intake."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.gateway.intake.hearing_world import HearingWorld, hearing_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[FloorWorld]:
    """A floor of its own."""
    async with floor_world(tmp_path) as world:
        yield world


@pytest.fixture
async def chats(tmp_path: Path) -> AsyncIterator[ChatWorld]:
    """A floor with messages of its own."""
    async with chat_world(tmp_path) as world:
        yield world


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[HearingWorld]:
    """A floor with an ear of its own."""
    async with hearing_world(tmp_path) as world:
        yield world
