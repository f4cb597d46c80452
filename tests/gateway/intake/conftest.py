"""The floor, for every test of the intake."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.company import Company
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


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    """A talk at li's seat; wang is ready, the supervisor chen, too."""
    async with floor_world(tmp_path) as world:
        await world.seated("li", "8001")
        call = await world.arrives()
        await world.rings(call, "8001")
        await world.answers(call, "8001")
        await world.seated("wang", "8002")
        await world.seated("chen", "8003")
        yield Company(world, call)
