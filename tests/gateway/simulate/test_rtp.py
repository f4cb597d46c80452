"""Sound in packets: paced, bounded, forgiving."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.simulate import rtp
from gateway.simulate.rtp import HEARD_SECONDS, PACKET_SAMPLES, Sound
from tests.asterisk_world import tone
from tests.eventually import eventually, remains


async def test_a_packet_leaves_every_20_ms(tmp_path: Path) -> None:
    """Fifty a second, without drift, and a file is played to its end and then silence."""
    one, other = await Sound.open("127.0.0.1"), await Sound.open("127.0.0.1")
    one.send_to(("127.0.0.1", other.port))
    one.play_file(tone(tmp_path / "x.wav", 700, 0.6))
    loop = asyncio.get_running_loop()
    started = loop.time()
    with suppress(TimeoutError):
        async with asyncio.timeout(1.5):
            await one.run()
    expected = (loop.time() - started) / 0.02
    assert abs(other.ear.packets - expected) <= 4
    assert not other.ear.hears(700, 0.4)
    assert other.ear.level(700, 1.5) > 1000
    one.close()
    other.close()


async def test_a_muted_phone_sends_nothing() -> None:
    """As one that lost its network."""
    one, other = await Sound.open("127.0.0.1"), await Sound.open("127.0.0.1")
    one.send_to(("127.0.0.1", other.port))
    one.play_tone(440)
    one.mute(muted=True)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(one.run())
        await remains(lambda: not other.ear.packets, 0.2)
        one.mute(muted=False)
        await eventually(lambda: other.ear.hears(440))
        running.cancel()
    one.close()
    other.close()


async def test_only_a_minute_is_kept() -> None:
    """Hours of talk fill no memory, and old sound is not taken for present sound."""
    ear = rtp.Ear()
    for _ in range(int(HEARD_SECONDS / 0.02) * 2):
        ear.hear(asyncio.get_running_loop().time() - 10, bytes(PACKET_SAMPLES))
    assert len(ear._heard) == HEARD_SECONDS * 50
    assert not ear.samples(5)
    assert ear.level(440) == 0


@pytest.mark.parametrize("data", [b"", b"x", bytes(12), b"\x80\x08" + bytes(9), b"\x80\x65" * 7])
async def test_noise_on_the_port_is_dropped(data: bytes) -> None:
    """Not RTP, too short, another kind."""
    sound = await Sound.open("127.0.0.1")
    sound.datagram_received(data, ("127.0.0.1", 1))
    assert sound.ear.packets == 0
    assert sound.ear.digits == ""
    sound.close()


def test_a_wrong_file_is_refused(tmp_path: Path) -> None:
    """8000 Hz, 16 bit, mono and nothing else."""
    with pytest.raises(ValueError, match="8000"):
        Sound().play_file(tone(tmp_path / "x.wav", 700, 0.1, rate=16000))
