"""A whole hotline for a bench: Asterisk, keeper and gateway as they run in earnest, in a folder."""

from __future__ import annotations

import asyncio
import json
import math
import struct
import sys
import tempfile
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from config.load import load_settings
from config.settings import Settings
from gateway.app import OurAsterisk
from gateway.app.invitation import Reach
from gateway.app.keeper import gateways, invite
from gateway.app.notices import Notifier
from gateway.bench.child import ChildFailed
from gateway.provision.asterisk_copy import find_program
from gateway.provision.places import here
from gateway.telephony.free_port import free_port

START_SECONDS, RATE_HZ = 60.0, 8000
PROMPT_SECONDS = 0.4
MOST_CALLS = 2_000
RTP_START, RTP_END = 20_000, 28_999


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A running hotline: where it is reached, and its files."""

    folder: Path
    settings: Settings
    reach: Reach
    url: str

    @property
    def sip(self) -> tuple[str, int]:
        """Where citizens call."""
        return self.settings.asterisk.sip_host, self.settings.asterisk.sip_port

    @property
    def extensions(self) -> Path:
        """Asterisk's dialplan as it was written for this run."""
        return self.settings.data_dir / "asterisk" / "etc" / "extensions.conf"


@asynccontextmanager
async def hotline(more: str = "") -> AsyncIterator[World]:
    """Everything open and answering; raises ChildFailed when it does not come up.

    Prompts are short tones, so that a call is in the queue after a second and not after five.
    ``more`` is added to its settings (TOML).
    """
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        config = _config(folder, more)
        settings = load_settings(config)
        url = f"http://127.0.0.1:{settings.web.port}"
        ours = OurAsterisk(
            program=find_program(here()),
            prompts=_prompts(folder / "prompts"),
            music=here().media / "moh",
        )
        command = (sys.executable, "-P", "-m", "gateway", "serve", "--invited", "--config")
        async with AsyncExitStack() as stack:
            invitation = await invite(stack, settings, ours, lambda *_: None)
            stop = asyncio.Event()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(
                    gateways((*command, str(config)), invitation, stop, notifier=Notifier())
                )
                try:
                    await ready(url)
                    yield World(folder=folder, settings=settings, reach=invitation.reach, url=url)
                finally:
                    stop.set()


def _config(folder: Path, more: str) -> Path:
    lines = [
        f"data_dir = {json.dumps(str(folder / 'data'))}",
        f"[web]\nport = {free_port()}",
        f"[asterisk]\nsip_port = {free_port()}\nmax_calls = {MOST_CALLS}",
        f"rtp_start = {RTP_START}\nrtp_end = {RTP_END}",
        "[announce]\nevery_seconds = 0",
        *(
            f'[[queue]]\nname = "{name}"\ntitle_zh = "{name}"\ntitle_en = "{name}"\n'
            f'key = "{key}"\nwrap_up_seconds = 1'
            for name, key in (("civil", ""), ("enterprise", "2"))
        ),
    ]
    path = folder / "hotline.toml"
    path.write_text("\n".join([*lines, more]) + "\n", "utf-8")
    return path


def _prompts(folder: Path) -> Path:
    """Every prompt that there is, as a short tone."""
    folder.mkdir()
    count = int(PROMPT_SECONDS * RATE_HZ)
    tone = b"".join(
        struct.pack("<h", int(8000 * math.sin(2 * math.pi * 1000 * i / RATE_HZ)))
        for i in range(count)
    )
    for each in (here().media / "sounds" / "hotline").glob("*.wav"):
        with wave.open(str(folder / each.name), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE_HZ)
            out.writeframes(tone)
    return folder


async def ready(url: str) -> None:
    """Wait until the gateway is; raises ChildFailed when it is not in time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + START_SECONDS
    async with aiohttp.ClientSession() as http:
        while loop.time() < until:
            try:
                async with http.get(f"{url}/health/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
    raise ChildFailed(f"the gateway was not ready in {START_SECONDS:.0f} s")
