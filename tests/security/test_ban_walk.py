"""The whole program: a scanner is shut out, the admin sees it and lets it in."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from gateway.simulate.errors import Refused
from gateway.simulate.phone import SipPhone
from tests.eventually import eventually
from tests.gateway_world import CHECKOUT, GatewayWorld, environment, gateway_world
from tests.security.guarded import SCANNER

pytestmark = pytest.mark.asterisk


async def hotline(world: GatewayWorld, *words: str) -> str:
    """What this command prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "gateway", *words, "--config", str(world.config)),
        cwd=CHECKOUT,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    assert process.returncode == 0, words
    return out.decode()


async def guess(world: GatewayWorld) -> int:
    """One wrong password for a seat's phone."""
    async with SipPhone("desk-8001", world.sip, "guess", host=SCANNER) as phone:
        with pytest.raises(Refused) as refused:
            await phone.register()
        return refused.value.code


async def test_a_scanner_is_shut_out_listed_and_let_in(tmp_path: Path) -> None:
    """``hotline ban ls`` names it; after ``hotline ban lift`` it is asked for a password."""

    async def answered(code: int) -> bool:
        return await guess(world) == code

    async with gateway_world(tmp_path) as world:
        await eventually(lambda: answered(403), 30)
        (row,) = json.loads(await hotline(world, "ban", "ls", "--json"))
        assert row["source"] == f"{SCANNER}/32"
        await hotline(world, "ban", "lift", SCANNER)
        await eventually(lambda: answered(401), 15)
        log = (world.folder / "gateway.log").read_text("utf-8")
        assert "source_banned" in log
        assert SCANNER not in log
