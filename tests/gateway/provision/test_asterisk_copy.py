"""Laws of choosing an Asterisk."""

from pathlib import Path

import pytest

from gateway.provision.asterisk_copy import find_program, major
from gateway.provision.places import Places
from gateway.provision.run import run
from gateway.telephony.asterisk_program import AsteriskProgram


def test_versions_are_compared_by_their_first_number() -> None:
    """What packages and certified releases call themselves."""
    assert major("22.10.1+dfsg+~cs6.17.60671434-1") == 22
    assert major("20.6.0~dfsg+~cs6.13.40431414-2build5") == 20
    assert major("certified/20.7-cert1") == 20
    assert major("GIT-master-abc") == 0
    assert major("") == 0


@pytest.mark.asterisk
def test_a_program_that_was_found_says_its_version() -> None:
    """Whether installed or copied: argv and env start it, modules and documents are there."""
    places = Places(Path(__file__).resolve().parents[3])
    program = find_program(places)
    assert run([*program.argv, "-V"], limit_seconds=30).split() == ["Asterisk", program.version]
    assert (program.modules_dir / "app_queue.so").exists()
    assert (program.modules_dir / "chan_pjsip.so").exists()
    assert (program.data_dir / "documentation").is_dir()
    assert AsteriskProgram.from_json(program.to_json()) == program
