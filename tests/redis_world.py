"""A private Redis for tests.

with redis_world() as server:
    RedisLine(server.url)
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.bench.redis_server import RedisServer, find_redis
from tests.needs import absent


@contextmanager
def redis_world(*options: str) -> Iterator[RedisServer]:
    """A running server, gone at the end; ``options`` as on its command line."""
    program = find_redis()
    if program is None:
        absent("redis-server")
    with tempfile.TemporaryDirectory(prefix="hotline-redis-") as folder:
        server = RedisServer(Path(folder), program, *options)
        server.start()
        try:
            yield server
        finally:
            server.kill()
