"""The edge in the settings' file."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import load_settings

GOOD = """
[asterisk]
sip_port = 5080
[edge]
enabled = true
host = "10.0.0.5"
"""


def loaded(folder: Path, text: str) -> object:
    """What these settings say of the edge."""
    path = folder / "hotline.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path).edge


def test_an_edge_with_an_address_and_a_port_of_its_own_is_fine(tmp_path: Path) -> None:
    """Also one that is written and not used, whatever it says."""
    assert loaded(tmp_path, GOOD)
    assert loaded(tmp_path, '[edge]\nhost = "0.0.0.0"\n')


@pytest.mark.parametrize(
    ("instead", "key"),
    [
        (('"10.0.0.5"', '""'), "edge.host"),
        (('"10.0.0.5"', '"0.0.0.0"'), "edge.host"),
        (('"10.0.0.5"', '"sip.city.example"'), "edge.host"),
        (("5080", '5060\nsip_host = "0.0.0.0"'), "asterisk.sip_port"),
        (("5080", '5060\nsip_host = "10.0.0.5"'), "asterisk.sip_port"),
        (("sip_port", "managed = false\nsip_port"), "edge.enabled"),
        (
            ("[edge]", '[[trunk]]\nname = "city"\nhost = "10.0.0.9"\n[edge]'),
            "asterisk.sip_host",
        ),
        (("[edge]", "[edge]\nretry_after_seconds = 0"), "edge.retry_after_seconds"),
    ],
)
def test_what_cannot_work_is_said_before_a_start(
    tmp_path: Path, instead: tuple[str, str], key: str
) -> None:
    """With its key, in both languages."""
    with pytest.raises(ConfigError) as wrong:
        loaded(tmp_path, GOOD.replace(*instead))
    assert key in {problem.key for problem in wrong.value.problems}
