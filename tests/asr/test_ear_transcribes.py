"""The ear reads files when it is told to, and follows a server of your own."""

from pathlib import Path

import pytest

from asr import wire
from asr.demo_model.sound import pcm
from tests.asr.ear_world import EarWorld, arguments, ear
from tests.eventually import eventually
from tests.peers.asterisk_tap_peer import asterisk_tap
from tests.peers.speaker import NOISE, WATER, model_folder, speak, speak_to
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


async def test_another_engine_is_said_and_the_words_go_on(tmp_path: Path) -> None:
    """The server is lost: the model here recognises, with as many slots as that has."""
    async with (
        vosk_server(model_folder()) as peer,
        ear(*arguments("--server", peer.url)) as world,
    ):
        await world.ready()
        await peer.stop()
        file = speak_to(tmp_path / "a.wav", NOISE)
        stream = world.expect()
        async with asterisk_tap((await world.ready()).port, stream) as tap:
            await tap.is_quiet(0.5)
            readies = await eventually(lambda: world.of(wire.Ready)[1:], 30)
            assert [one.engine for one in readies] == ["vosk"]
            assert readies[0].slots > 0
            assert [each.raw for each in (await read(world, "1", file)).utterances] == [NOISE]
            await tap.say(pcm(speak(WATER)))
            await eventually(lambda: world.of(wire.Final, stream), 20)
        assert [one.utterance.raw for one in world.of(wire.Final, stream)] == [WATER]
