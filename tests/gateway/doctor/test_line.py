"""What the doctor says of the line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from config.settings import LineSettings, Settings
from gateway.bench.redis_server import RedisServer
from gateway.doctor import CHECKS, Finding, Grade, Patient, examine
from gateway.provision.places import here
from tests.line_places import redis_server

__all__ = ["redis_server"]


async def found(line: LineSettings) -> Finding:
    """By the check of this name."""
    checks = [one for one in CHECKS if one.name == "line"]
    patient = Patient(settings=Settings(line=line), places=here())
    (only,) = [finding async for _, finding in examine(patient, checks)]
    return only


async def test_without_redis_the_line_is_in_the_gateway() -> None:
    """Nothing is wrong with that."""
    assert (await found(LineSettings())).grade is Grade.OK


async def test_a_redis_must_not_throw_away_what_it_has_no_room_for(
    redis_server: RedisServer,
) -> None:
    """Its version is named; another policy is a failure with the line to write."""
    settings = LineSettings(redis_url=redis_server.url, limit_ms=5000)
    well = await found(settings)
    assert (well.grade, well.en.startswith("Redis ")) == (Grade.OK, True)
    async with Redis(unix_socket_path=str(redis_server.socket)) as admin:
        await admin.config_set("maxmemory-policy", "allkeys-lru")
        ill = await found(settings)
        await admin.config_set("maxmemory-policy", "noeviction")
    assert ill.grade is Grade.FAIL
    assert "allkeys-lru" in ill.en
    assert "noeviction" in ill.fix_en


@pytest.mark.parametrize("file", ["", "missing"])
async def test_a_redis_that_is_not_there_is_a_warning(tmp_path: Path, file: str) -> None:
    """The gateway goes on without; a password that cannot be read is named."""
    settings = LineSettings(redis_url=f"unix://{tmp_path}/none.sock")
    if file:
        settings = replace(settings, password_file=tmp_path / file)
    ill = await found(settings)
    assert ill.grade is (Grade.FAIL if file else Grade.WARN)
    assert file in ill.en
