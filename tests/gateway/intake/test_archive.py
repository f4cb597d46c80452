"""A call's sound is measured, fingerprinted and put on record."""

import asyncio
import hashlib
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.call import Call
from gateway.core.facts import FactKind
from gateway.core.transcript import Party, side_file
from gateway.intake.archive import AT_ONCE, SETTLE_SECONDS, TRIES, Archive, measure, mend
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld


def write_sound(path: Path, seconds: float) -> bytes:
    """Silence of this length; the file's bytes."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return path.read_bytes()


async def archived(world: FloorWorld, folder: Path, call: Call) -> None:
    """Let the archive keep this call, turning the clock for it."""
    archive = Archive(world.floor, folder, asyncio.Queue())
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(archive.keep(call))
        while not keeping.done():
            await world.clock.elapse(SETTLE_SECONDS)
            await eventually(lambda: keeping.done() or world.clock.sleepers)


def test_a_sound_is_measured_by_its_content(tmp_path: Path) -> None:
    """Fingerprint, size and length are those of the file."""
    data = write_sound(tmp_path / "x.wav", 1.5)
    digest = hashlib.sha256(data).hexdigest()
    assert measure(tmp_path / "x.wav") == (digest, len(data), 1.5)


async def test_a_finished_recording_is_on_record(world: FloorWorld, tmp_path: Path) -> None:
    """With a fact, and found with its contact."""
    call = replace(await world.arrives(), recording_file="Ht-1.wav")
    data = write_sound(tmp_path / "Ht-1.wav", 2.0)
    await archived(world, tmp_path, call)
    kept = await world.store.contact(call.id)
    assert kept
    assert kept.recording
    assert (kept.recording.seconds, kept.recording.size_bytes) == (2.0, len(data))
    facts = await world.store.facts(contact_id=call.id)
    assert facts[-1].kind is FactKind.RECORDING_STORED


async def test_the_sound_of_a_call_that_was_cut_off_is_kept(
    world: FloorWorld, tmp_path: Path
) -> None:
    """Its writer was killed and left no lengths; they are written in, the sound is untouched."""
    call = replace(await world.arrives(), recording_file="Ht-1.wav")
    whole = write_sound(tmp_path / "Ht-1.wav", 2.0)
    cut = whole[:4] + bytes(4) + whole[8:40] + bytes(4) + whole[44:]
    (tmp_path / "Ht-1.wav").write_bytes(cut)
    await archived(world, tmp_path, call)
    kept = await world.store.contact(call.id)
    assert kept
    assert kept.recording
    assert kept.recording.seconds == 2.0
    assert (tmp_path / "Ht-1.wav").read_bytes() == whole


async def test_each_side_of_a_call_that_was_cut_off_can_be_read(
    world: FloorWorld, tmp_path: Path
) -> None:
    """Each side's own file gets its lengths too; a call without them is kept all the same."""
    call = replace(await world.arrives(), recording_file="Ht-1.wav")
    whole = write_sound(tmp_path / "Ht-1.wav", 2.0)
    cut = whole[:4] + bytes(4) + whole[8:40] + bytes(4) + whole[44:]
    names = [side_file("Ht-1.wav", party) for party in Party]
    assert set(names) == {"Ht-1-citizen.wav", "Ht-1-seat.wav"}
    (tmp_path / names[0]).write_bytes(cut)
    await archived(world, tmp_path, call)
    assert (tmp_path / names[0]).read_bytes() == whole
    kept = await world.store.contact(call.id)
    assert kept
    assert kept.recording
    assert kept.recording.file == "Ht-1.wav"


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"x" * 100, b"RIFF" + bytes(32) + b"data" + bytes(4)]
)
def test_what_is_no_recording_is_left_as_it_is(tmp_path: Path, data: bytes) -> None:
    """Empty, short, another kind of file, a head without sound."""
    (tmp_path / "x.wav").write_bytes(data)
    mend(tmp_path / "x.wav")
    assert (tmp_path / "x.wav").read_bytes() == data


async def test_many_that_end_at_once_are_kept_together(world: FloorWorld, tmp_path: Path) -> None:
    """A busy hour does not leave its recordings behind: not one after the other."""
    count = 2 * AT_ONCE
    ended: asyncio.Queue[Call] = asyncio.Queue()
    for number in range(count):
        call = await world.arrives(f"1390000{number:04}")
        write_sound(tmp_path / f"{number}.wav", 0.1)
        ended.put_nowait(replace(call, recording_file=f"{number}.wav"))

    async def stored() -> bool:
        await world.clock.elapse(SETTLE_SECONDS)
        facts = await world.store.facts(limit=5000)
        return sum(fact.kind is FactKind.RECORDING_STORED for fact in facts) == count

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(Archive(world.floor, tmp_path, ended).run())
        await eventually(lambda: world.clock.sleepers == AT_ONCE)
        await eventually(stored, 20)
        running.cancel()


async def test_a_recording_that_never_comes_or_cannot_be_read_stops_nothing(
    world: FloorWorld, tmp_path: Path
) -> None:
    """The call stands without its sound."""
    missing = replace(await world.arrives(), recording_file="gone.wav")
    broken = replace(await world.arrives("13800000002"), recording_file="broken.wav")
    (tmp_path / "broken.wav").write_bytes(b"RIFF" + b"x" * 100)
    before = world.clock.monotonic()
    await archived(world, tmp_path, missing)
    assert world.clock.monotonic() - before <= SETTLE_SECONDS * (TRIES + 1)
    await archived(world, tmp_path, broken)
    for call in (missing, broken):
        kept = await world.store.contact(call.id)
        assert kept
        assert kept.recording is None
