"""The line of the settings."""

from __future__ import annotations

from pathlib import Path

from redis.asyncio import Redis

from config.settings import LineSettings
from gateway.app.line import opened_line
from gateway.clock import SystemClock
from gateway.core.item import IntakeItem
from tests.line_places import chat
from tests.redis_world import redis_world


async def nothing() -> tuple[IntakeItem, ...]:
    """The store is empty."""
    return ()


async def test_without_redis_or_its_password_the_line_is_here(tmp_path: Path) -> None:
    """A typo in the settings keeps nobody from opening."""
    url = f"unix://{tmp_path}/none.sock"
    for settings in (
        LineSettings(),
        LineSettings(redis_url=url),
        LineSettings(redis_url=url, password_file=tmp_path / "none"),
    ):
        async with opened_line(settings, nothing, SystemClock()) as line:
            await line.rebuild([chat("a")])
            assert not line.is_shared
            assert (await line.counts())["civil"].waiting == 1


async def test_with_redis_and_its_password_it_is_there(tmp_path: Path) -> None:
    """The password stands in a file; keys have the prefix."""
    secret = tmp_path / "redis.password"
    secret.write_text("a password of a test\n", encoding="utf-8")
    with redis_world("--requirepass", "a password of a test") as server:
        settings = LineSettings(
            redis_url=server.url, password_file=secret, prefix="city", limit_ms=5000
        )
        async with opened_line(settings, nothing, SystemClock()) as line:
            await line.rebuild([chat("a", wanted="li", until=5), chat("b", emergency=True)])
            assert line.is_shared
        async with Redis(unix_socket_path=str(server.socket), password="a password of a test") as a:
            keys = await a.keys("*")
        assert len(keys) > 5
        assert all(str(key).startswith("b'{city}:line:") for key in keys)
