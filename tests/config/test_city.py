"""A city's data: what may stand in it, and that the settings' own file wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import load_settings
from config.settings import Settings

OUT = '[[trunk]]\nname = "out"\nhost = "10.0.0.9"\n'
HEAD = 'code = "110"\ntitle_zh = "公安"\ntitle_en = "Police"\n'
LINE = f'[[emergency_line]]\n{HEAD}policy = "transfer"\n'
REGION = '[[emergency_line.regions]]\nid = "city"\ntitle_zh = "市"\n'
ENTRY = '[[directory_line]]\nid = "{id}"\ntitle_zh = "水"\ntitle_en = "Water"\nnumber = "96116"\n'
TASK = """
[[special_task]]
code = "x"
title_zh = "x"
title_en = "x"
to_zh = "x"
to_en = "x"
"""


def read(folder: Path, text: str, city: str = "") -> Settings:
    """The settings of a file, beside a city's file named ``own``."""
    (folder / "hotline.toml").write_text(text, encoding="utf-8")
    if city:
        (folder / "cities").mkdir(exist_ok=True)
        (folder / "cities" / "own.toml").write_text(city, encoding="utf-8")
    return load_settings(folder / "hotline.toml")


def wrong(folder: Path, text: str, city: str = "") -> dict[str, str]:
    """What is said in English, by key."""
    with pytest.raises(ConfigError) as error:
        read(folder, text, city)
    assert all(problem.zh for problem in error.value.problems)
    return {problem.key: problem.en for problem in error.value.problems}


def test_without_a_city_the_operator_tells_whom_to_call(tmp_path: Path) -> None:
    """110, 119, 120 and 122 are there with guidance; nothing is dialled that nobody set up."""
    lines = read(tmp_path, "").emergency_line
    assert [line.code for line in lines] == ["110", "119", "120", "122"]
    assert all(line.policy == "guide" and line.code in line.guide_zh for line in lines)


def test_the_demo_city_leads_to_this_machine_only(tmp_path: Path) -> None:
    """Whoever tries it out cannot call the real 110."""
    settings = read(tmp_path, '[site]\ncity_profile = "demo"\n')
    hosts = {trunk.name: trunk.host for trunk in settings.trunk}
    lines = [*settings.directory_line]
    used = {name for line in lines for name in line.trunks}
    used |= {n for line in settings.emergency_line for r in line.regions for n in r.trunks}
    assert used
    assert all(hosts[name].startswith("127.") for name in used)


def test_the_settings_own_values_win(tmp_path: Path) -> None:
    """The city's file is the ground, the hotline's own file stands on it."""
    city = OUT + LINE + 'key = "4"\n' + REGION + 'trunks = ["out"]\n[site]\ncity_zh = "甲市"\n'
    own = f'[site]\ncity_profile = "own"\ncity_en = "A"\n[[emergency_line]]\n{HEAD}key = "3"\n'
    settings = read(tmp_path, own, city)
    (line,) = settings.emergency_line
    assert (line.policy, line.key, line.regions[0].trunks) == ("transfer", "3", ("out",))
    assert (settings.site.city_zh, settings.site.city_en) == ("甲市", "A")


def test_every_problem_of_both_files_is_told_at_once(tmp_path: Path) -> None:
    """One start, one list."""
    city = 'port = 1\n[[emergency_line]]\ncode = "one"\n'
    said = wrong(tmp_path, '[site]\ncity_profile = "own"\n[web]\nport = -1\n', city)
    assert {"port", "emergency_line[1].code", "emergency_line[1].title_zh", "web.port"} <= set(said)


def test_an_unknown_city_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    """A typing error does not start a hotline without 110."""
    assert "demo" in wrong(tmp_path, '[site]\ncity_profile = "nowhere"\n')["site.city_profile"]


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        (LINE, "emergency_line[1].regions", "at least one region"),
        (LINE + REGION, "emergency_line[1].regions[1].trunks", "at least one trunk"),
        (LINE + REGION + 'trunks = ["x"]\n', "emergency_line[1].regions[1].trunks", "no trunk x"),
        (LINE + 'region = "far"\n' + REGION, "emergency_line[1].region", "no such region"),
        (LINE + 'key = "0"\n', "emergency_line[1].key", "2 to 8"),
        (LINE + 'key = "2"\n', "emergency_line[1].key", "has this key"),
        (LINE + 'hook_url = "https://x"\n', "emergency_line[1].hook_secret_file", "both or none"),
        (LINE + 'hook_secret = "x"\n', "emergency_line[1].hook_secret", "_file"),
        (LINE.replace("transfer", "guide"), "emergency_line[1].guide_zh", "needed"),
        (LINE + LINE, "emergency_line[2].code", "emergency_line[1]"),
        (ENTRY.format(id="a"), "directory_line[1].trunks", "is needed"),
        (OUT + ENTRY.format(id="a") + "trunks = []\n", "directory_line[1].trunks", "at least one"),
        (
            OUT + ENTRY.format(id="a") + 'trunks = ["out"]\non_call = "b"\n',
            "directory_line[1].on_call",
            "no such",
        ),
        (
            "".join(
                ENTRY.format(id=one) + f'trunks = ["out"]\non_call = "{other}"\n'
                for one, other in ("ab", "ba")
            )
            + OUT,
            "directory_line[1].on_call",
            "circle",
        ),
        (
            TASK + 'offers = "911"\n',
            "special_task[1].offers",
            "no emergency_line",
        ),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, text: str, key: str, says: str) -> None:
    """A line that could not be reached is found at the start, not in an emergency."""
    assert says in wrong(tmp_path, text)[key]


def test_what_is_looked_for_is_off_or_more_than_honest_people_do(tmp_path: Path) -> None:
    """A limit that everybody meets is told; a city may have limits of its own."""
    told = wrong(tmp_path, "[detection]\nredial_calls = 4\nscan_seconds = 0\n")
    assert "detection.scan_seconds" in told
    told = wrong(tmp_path, "[detection]\nredial_calls = 4\n")
    assert "at least 5" in told["detection.redial_calls"]
    told = wrong(tmp_path, '[detection]\nsilent_codes = ["No Body"]\n')
    assert "detection.silent_codes" in told
    city = '[site]\ncity_profile = "own"\n[detection]\nredial_calls = 0\n'
    settings = read(tmp_path, city, "[detection]\nredial_calls = 50\nsame_messages = 30\n")
    assert (settings.detection.redial_calls, settings.detection.same_messages) == (0, 30)
