"""The ear reads files when it is told to, and follows a server of your own."""

from pathlib import Path

import pytest

from asr import wire
from tests.asr.ear_world import EarWorld, arguments, ear
from tests.eventually import eventually
from tests.peers.speaker import NOISE, WATER, model_folder, speak_to
from tests.peers.vosk_server_peer import vosk_server


async def read(world: EarWorld, job: str, file: Path, begin: float = 0.0) -> wire.Transcribed:
    """What it says of this file."""
    world.tell(wire.Transcribe(job=job, file=str(file), begin_seconds=begin))

    def answers() -> list[wire.Transcribed]:
        return [each for each in world.of(wire.Transcribed) if each.job == job]

    return (await eventually(answers, 30))[0]


async def test_files_one_after_the_other(tmp_path: Path) -> None:
    """Each is answered, in the order of the telling; what is no sound says so and ends nothing."""
    good = speak_to(tmp_path / "good.wav", NOISE, WATER)
    async with ear(*arguments()) as world:
        await world.ready()
        first = await read(world, "1", good)
        assert [each.raw for each in first.utterances] == [NOISE, WATER]
        bad = await read(world, "2", tmp_path / "gone.wav")
        assert (bad.error, bad.utterances) == ("unreadable", ())
        again = await read(world, "3", good, first.utterances[1].begin_seconds - 0.4)
        assert [each.raw for each in again.utterances] == [WATER]


async def test_without_a_model_no_file_is_read(tmp_path: Path) -> None:
    """It says so, so that it is tried again with the next ear."""
    async with ear(*arguments(model="")) as world:
        await world.ready()
        said = await read(world, "1", speak_to(tmp_path / "a.wav", NOISE))
        assert said.error == "no-model"


@pytest.mark.parametrize("behind", ["", "demo-8k"])
async def test_a_server_of_your_own(tmp_path: Path, behind: str) -> None:
    """It recognises, with and without a model here behind it."""
    async with vosk_server(model_folder()) as peer:
        async with ear(*arguments("--server", peer.url, model=behind)) as world:
            ready = await world.ready()
            assert ready.engine == "vosk-server"
            assert ready.slots > 0
            said = await read(world, "1", speak_to(tmp_path / "a.wav", NOISE))
            assert [each.raw for each in said.utterances] == [NOISE]
        assert peer.configs
