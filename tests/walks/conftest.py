"""One running gateway for the walks of a file: starting one costs seconds."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.gateway_world import GatewayWorld, gateway_world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway with a real Asterisk; rings 7 s, wraps up 2 s, waits at most 10 s."""
    queue = {"ring_seconds": 7, "wrap_up_seconds": 2, "max_wait_seconds": 10}
    folder = tmp_path_factory.mktemp("gateway")
    async with gateway_world(folder, queue=queue, asterisk={"hold_seconds": 5}) as world:
        yield world
