"""An Asterisk that somebody else runs: configured by ``hotline asterisk render``, started by us.

    async with external_gateway(folder) as (world, asterisk): ...

The gateway is a process of its own beside it, so that either can be killed while the other lives.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from config.load import load_settings
from gateway.provision.places import here
from gateway.telephony.ami_users import secrets_of
from gateway.telephony.asterisk_config import (
    AsteriskDirs,
    AsteriskPorts,
    AsteriskSecrets,
    render_asterisk,
)
from gateway.telephony.asterisk_process import (
    AsteriskProcess,
    dirs_for,
    unique_system_name,
)
from gateway.telephony.free_port import free_port
from tests.asterisk_world import MUSIC_HZ, TestPhones, test_program, tone
from tests.gateway_world import CHECKOUT, GatewayWorld, environment, gateway_world

RENDER_SECONDS = 30.0


async def rendered(config: Path, to: Path) -> dict[str, str]:
    """What ``hotline asterisk render`` writes for these settings."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "gateway", "asterisk", "render", "--to", str(to), "--config", str(config)),
        cwd=CHECKOUT,
        env=environment(),
        stdout=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(RENDER_SECONDS):
        assert await process.wait() == 0
    return await asyncio.to_thread(_texts, to)


def _texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.glob("*.conf")}


def own_file(config: Path, dirs: AsteriskDirs) -> str:
    """The asterisk.conf, which is the admin's own: folders of this test."""
    nowhere = AsteriskPorts(ami=1, agi=1, ws=1)
    secrets = AsteriskSecrets(ami=secrets_of("x"), web="x", phones=TestPhones())
    return render_asterisk(
        load_settings(config),
        test_program(),
        dirs=dirs,
        secrets=secrets,
        queues=(),
        seats=(),
        ports=nowhere,
        system_name=unique_system_name(),
    )["asterisk.conf"]


@asynccontextmanager
async def external_gateway(
    folder: Path, **more: Any
) -> AsyncIterator[tuple[GatewayWorld, AsteriskProcess]]:
    """A gateway and the Asterisk beside it; rings 7 s. ``more`` are settings of [asterisk]."""
    secret = folder / "ami.secret"
    secret.write_text("a secret of the admin\n", "utf-8")
    ami, agi, ws = free_port(), free_port(), free_port()
    asterisk = {
        "managed": False,
        "ami_port": ami,
        "ami_secret_file": str(secret),
        "agi_port": agi,
        "ws_url": f"ws://127.0.0.1:{ws}/ws",
        "queue_log": str(folder / "asterisk/log/queue_log"),
        **more,
    }
    dirs = dirs_for(folder / "asterisk", folder / "data" / "recordings")
    async with gateway_world(
        folder, asterisk=asterisk, queue={"ring_seconds": 7}, started_when="/health/live"
    ) as world:
        files = await rendered(world.config, folder / "rendered")
        tone(folder / "rendered" / "moh" / "music.wav", MUSIC_HZ, 10)
        process = AsteriskProcess(
            test_program(),
            files | {"asterisk.conf": own_file(world.config, dirs)},
            dirs,
            ami=("127.0.0.1", ami),
            prompts=here().media / "sounds" / "hotline",
        )
        async with process:
            yield world, process
