"""The demo on a running hotline: people call, write, are answered, and nothing stays behind."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.app import opened_store
from gateway.core.call import CallState
from gateway.core.chat import ChatOutcome
from gateway.core.contact import ChatRecord, ContactQuery
from gateway.core.operator import Role
from gateway.core.seat import SeatState
from gateway.simulate.matters import MARK
from gateway.store import SqlStore
from tests.eventually import eventually
from tests.gateway_world import CHECKOUT, GatewayWorld, environment, gateway_world
from tests.store_world import call_of

pytestmark = pytest.mark.asterisk


@asynccontextmanager
async def running(world: GatewayWorld, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command, beside the test."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "gateway", "demo", "--config", str(world.config), *words),
        cwd=CHECKOUT,
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def demo(world: GatewayWorld, *words: str) -> tuple[int, str]:
    """Run the command to its end."""
    async with running(world, *words) as process, asyncio.timeout(90):
        _, said = await process.communicate()
    return process.returncode or 0, said.decode()


async def killed_in_the_middle(world: GatewayWorld, *words: str) -> None:
    """A demo ends by SIGKILL while its seats are signed in; a second one beside it is refused."""
    async with opened_store(world.settings()) as store, running(world, *words) as process:

        async def all_there() -> bool:
            return sum(one.state is not SeatState.SIGNED_OUT for one in await store.seats()) == 2

        await eventually(all_there, 30)
        code, said = await demo(world, "--seats", "1", "--minutes", "0.1")
        assert code == 1
        assert "Ctrl-C" in said
        process.kill()
        await process.wait()
        assert await all_there()


async def written_matters(store: SqlStore, written: Sequence[ChatRecord]) -> None:
    """What was written was answered by a simulated seat, and says that it is simulated."""
    answered = [one for one in written if one.chat.outcome is ChatOutcome.ANSWERED]
    assert answered
    assert any(one.disposition for one in written)
    for record in written:
        first, *_ = await store.messages(record.id, after_seq=0, limit=1)
        assert first.text.startswith(MARK)


async def test_the_demo_fills_the_floor_and_leaves_nothing(tmp_path: Path) -> None:
    """Within seconds simulated citizens talk and write with simulated seats; then all go home.

    Real logins are as before, simulated ones are disabled, no seat stays taken, no call and no
    conversation open. What was written says that it is simulated. One that was killed before has
    left two seats signed in: they are sent home first.
    """
    async with gateway_world(tmp_path) as world:
        await world.add("boss", Role.SUPERVISOR)
        words = ("--seats", "3", "--talk", "4", "--load", "1.2", "--minutes", "0.4", "--write", "1")
        await killed_in_the_middle(world, "--seats", "2", "--talk", "4", "--write", "0")
        code, said = await demo(world, *words)
        assert code == 0, said
        assert "/wall" in said
        assert "Traceback" not in said
        async with opened_store(world.settings()) as store:
            contacts = await store.contacts(ContactQuery(limit=100))
            written = [one for one in contacts if isinstance(one, ChatRecord)]
            await written_matters(store, written)
            spoken = [one for one in contacts if not isinstance(one, ChatRecord)]
            answered = [one for one in spoken if call_of(one).answered_at]
            assert len(answered) >= 2
            assert any(one.disposition for one in answered)
            active = {one.login for one in await store.operators() if one.active}
            assert "boss" in active
            assert not {login for login in active if login.startswith("demo")}

            async def all_home() -> bool:
                seats = {one.state for one in await store.seats()}
                calls = {one.state for one in await store.open_calls()}
                nobody = seats == {SeatState.SIGNED_OUT} and calls <= {CallState.ENDED}
                return nobody and not await store.open_chats()

            await eventually(all_home, 20)


async def test_without_a_hotline_the_demo_says_so(tmp_path: Path) -> None:
    """One sentence, status 3, and no login is left active."""
    (tmp_path / "hotline.toml").write_text(
        'data_dir = "data"\n[web]\nport = 9\n[asterisk]\nsip_port = 9\n', "utf-8"
    )
    world = GatewayWorld(tmp_path, tmp_path / "hotline.toml", "http://127.0.0.1:9", ("", 9))
    code, said = await demo(world, "--seats", "1", "--minutes", "0.1")
    assert code == 3, said
    assert "./hotline up" in said
    assert "Traceback" not in said
