"""Sub-centres in the settings' file, and their secrets."""

import base64
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import load_settings
from gateway.app.centres import centre_keys

CENTRE = """
[[centre]]
id = "{id}"
title_zh = "分中心"
title_en = "Sub-centre"
secret_file = "{secret}"
"""


def written(folder: Path, text: str) -> Path:
    """A settings' file."""
    path = folder / "hotline.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (CENTRE.format(id="a b", secret="s"), "centre[1].id"),
        (CENTRE.format(id="12315", secret="s") * 2, "centre[2].id"),
        (
            CENTRE.format(id="a", secret="s") + CENTRE.format(id="b", secret="s"),
            "centre[2].secret_file",
        ),
        (CENTRE.format(id="a", secret="s") + 'secret = "x"\n', "centre[1].secret"),
        ('[[centre]]\nid = "a"\n', "centre[1].secret_file"),
    ],
)
def test_what_no_sub_centre_can_be_is_told(tmp_path: Path, text: str, key: str) -> None:
    """One of an id, each with a secret of its own, in a file of its own."""
    with pytest.raises(ConfigError) as refused:
        load_settings(written(tmp_path, text))
    assert key in {one.key for one in refused.value.problems}


def test_a_secret_that_is_none_is_told_before_the_start(tmp_path: Path) -> None:
    """No file, no key, too short: each is named with its file; nobody is let in without a key."""
    good = "whsec_" + base64.b64encode(b"c" * 32).decode()
    (tmp_path / "good").write_text(good + "\n", encoding="utf-8")
    (tmp_path / "short").write_text("whsec_YQ==", encoding="utf-8")
    names = ("good", "short", "missing")
    text = "".join(CENTRE.format(id=name, secret=name) for name in names)
    settings = load_settings(written(tmp_path, text))
    with pytest.raises(ConfigError) as refused:
        centre_keys(settings)
    assert [one.key for one in refused.value.problems] == [
        "centre[2].secret_file",
        "centre[3].secret_file",
    ]
    alone = load_settings(written(tmp_path, CENTRE.format(id="good", secret="good")))
    assert centre_keys(alone) == {"good": b"c" * 32}
