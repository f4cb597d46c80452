"""How the ear is started."""

from pathlib import Path

from config.speech_settings import Speech
from gateway.speech.ear_command import ear_command


def test_speech_that_is_off_has_no_command() -> None:
    """Nothing is started."""
    assert ear_command(Speech(enabled=False), model=None, calibration=Path("x")) is None


def test_a_hot_word_is_never_an_option() -> None:
    """Whatever an admin writes there."""
    command = ear_command(
        Speech(hot_words=("--model", "解放路")), model=Path("/m"), calibration=Path("c.json")
    )
    assert command is not None
    assert command[-3:] == ("--", "--model", "解放路")
    assert command[command.index("--model") + 1] == "/m"
