"""The gateway is killed while WeChat delivers: what was acknowledged is there, once."""

from __future__ import annotations

import asyncio
import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.app import opened_store
from tests.channels.wechat_world import options_in
from tests.eventually import eventually
from tests.gateway_world import gateway_world
from tests.peers.wechat_peer import wechat_peer
from tests.peers.wechat_words import said

pytestmark = pytest.mark.asterisk

CITIZENS, EACH = 12, 20


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Twelve citizens write while the gateway is killed; the platform retries what it must.

    Every acknowledged message is in the store exactly once, in conversations without a gap.
    """
    acknowledged: dict[str, set[str]] = {}
    async with wechat_peer(answer_seconds=2.0) as wechat:
        options = options_in(tmp_path / "secrets", base_url=wechat.url)
        channel = {"kind": "wechat", "name": "main", "options": options}
        async with gateway_world(tmp_path, channels=[channel]) as world:
            hook = f"{world.url}/hooks/wechat/main"

            async def taken(push: dict[str, Any]) -> bool:
                return (await wechat.push(hook, push)).taken

            async def write(openid: str) -> None:
                for number in range(EACH):
                    text = f"{openid} {number}"
                    fields = said("text", openid, Content=text)
                    await eventually(partial(taken, fields), 60)
                    acknowledged.setdefault(openid, set()).add(text)

            async def kill_at(count: int) -> None:
                await eventually(lambda: sum(map(len, acknowledged.values())) >= count, 60)
                pid = await eventually(world.gateway_pid, 20)
                os.kill(pid, signal.SIGKILL)
                await eventually(lambda: world.gateway_pid(other_than=pid), 20)

            async with asyncio.timeout(120), asyncio.TaskGroup() as tasks:
                for number in range(CITIZENS):
                    tasks.create_task(write(f"o-killed-{number}"))
                await kill_at(CITIZENS * EACH // 4)
            await world.stop()
            async with opened_store(world.settings()) as store:
                found: dict[str, list[str]] = {}
                for chat in await store.open_chats():
                    kept = await store.messages(chat.id, limit=500)
                    assert [one.seq for one in kept] == list(range(1, chat.last_seq + 1))
                    texts = [one.text for one in kept if one.direction.value == "in"]
                    found.setdefault(texts[0].partition(" ")[0], []).extend(texts)
    assert {openid: sorted(texts) for openid, texts in found.items()} == {
        openid: sorted(texts) for openid, texts in acknowledged.items()
    }
    assert all(len(texts) == EACH for texts in found.values())
