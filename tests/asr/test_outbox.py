"""What the ear says reaches the reader in order, and a reader that is late holds nobody up."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from asr import wire
from asr.outbox import Outbox
from tests.eventually import eventually


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe; the test closes the writing end by its Outbox."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    yield read, write
    os.close(read)


def taken(read: int) -> bytes:
    """What is in the pipe."""
    try:
        return os.read(read, 1 << 20)
    except BlockingIOError:
        return b""


async def test_partials_are_left_out_and_finals_wait_in_order(pipe: tuple[int, int]) -> None:
    """While nobody reads; afterwards everything that counts is there."""
    read, write = pipe
    with os.fdopen(write, "wb", buffering=0) as end:
        async with Outbox(end) as outbox:
            for n in range(20_000):
                outbox.say(wire.Partial(stream=str(n), text="这里着火了"))
                if n % 4 == 0:
                    outbox.say(wire.Ended(stream=str(n), seconds=1.0))
            got = bytearray()

            def all_here() -> bool:
                got.extend(taken(read))
                return b'"19996"' in got

            await eventually(all_here, 10)
            said = [wire.decode(line) for line in bytes(got).splitlines()]
            ends = [one.stream for one in said if isinstance(one, wire.Ended)]
            assert ends == [str(n) for n in range(0, 20_000, 4)]
            assert 0 < sum(isinstance(one, wire.Partial) for one in said) < 20_000
            assert not outbox.broken.is_set()


async def test_what_nobody_reads_for_long_is_the_end(pipe: tuple[int, int]) -> None:
    """There is a limit."""
    _, write = pipe
    with os.fdopen(write, "wb", buffering=0) as end:
        async with Outbox(end, most_waiting=10) as outbox:
            for n in range(20_000):
                outbox.say(wire.Ended(stream=str(n), seconds=1.0))
            assert outbox.broken.is_set()
            assert len(outbox._waiting) == 10


async def test_a_pipe_that_is_gone_is_the_end(pipe: tuple[int, int]) -> None:
    """Nothing is raised."""
    read, write = pipe
    with os.fdopen(write, "wb", buffering=0) as end:
        async with Outbox(end) as outbox:
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, read)  # nobody has the reading end any more
            os.close(nothing)
            outbox.say(wire.Pong(number=1))
            async with asyncio.timeout(5):
                await outbox.broken.wait()
            outbox.say(wire.Pong(number=2))
