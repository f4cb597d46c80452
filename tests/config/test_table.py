"""Every mistake in the settings' file is said at once, where it is and how to mend it."""

from __future__ import annotations

import tomllib
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from config.errors import ConfigError, Problem
from config.settings import Settings
from config.table import ALL_RULES, settings_from

EXAMPLE = (files("config") / "hotline.example.toml").read_text(encoding="utf-8")
QUEUE = '[[queue]]\nname = "{name}"\ntitle_zh = "甲"\ntitle_en = "A"\n'


def read(text: str, base: Path = Path()) -> Settings:
    """Settings of a TOML text."""
    return settings_from(tomllib.loads(text), "hotline.toml", base)


def problems(text: str) -> dict[str, Problem]:
    """What is wrong with a TOML text, by key."""
    with pytest.raises(ConfigError) as error:
        read(text)
    return {problem.key: problem for problem in error.value.problems}


def test_the_example_is_the_default() -> None:
    """What the example says is what happens without any file."""
    assert read(EXAMPLE) == Settings()
    assert read("") == Settings()


def test_the_example_names_every_setting() -> None:
    """A setting that is in no example is found by nobody."""
    table = tomllib.loads(EXAMPLE)

    def look(kind: type, given: dict[str, Any]) -> None:
        for name, hint in get_type_hints(kind).items():
            inner = get_args(hint)[0] if get_args(hint) else hint
            kept = is_dataclass(inner) and isinstance(inner, type)
            if kept and not given.get(name):  # none by default: one stands in a comment
                assert all(f"{one.name} = " in EXAMPLE for one in fields(inner)), name
                assert name in EXAMPLE
                continue
            assert name in given, f"{kind.__name__}.{name}"
            if kept:
                value = given[name]
                look(inner, value[0] if isinstance(value, list) else value)

    look(Settings, table)


def test_every_comment_of_the_example_is_bilingual() -> None:
    """Each block of comments has Chinese and English."""
    for block in EXAMPLE.split("\n\n"):
        text = " ".join(line for line in block.splitlines() if line.startswith("#"))
        if text:
            assert any("一" <= char <= "鿿" for char in text), block
            assert sum(char.isascii() and char.isalpha() for char in text) > 10, block


def test_rules_name_existing_settings() -> None:
    """A rule for a renamed setting would check nothing."""
    kinds = {kind.__name__: kind for kind in _kinds(Settings)}
    for name, rules in ALL_RULES.items():
        assert set(rules) <= {field.name for field in fields(kinds[name])}, name


def _kinds(kind: type) -> list[type]:
    found = [kind]
    for hint in get_type_hints(kind).values():
        inner = get_args(hint)[0] if get_args(hint) else hint
        if is_dataclass(inner) and isinstance(inner, type):
            found += _kinds(inner)
    return found


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("[web]\nprot = 1", "web.prot", "port"),
        ("wbe = 1", "wbe", "web"),
        ("[web]\nport = 70000", "web.port", "65535"),
        ("[web]\nport = -1", "web.port", "0"),
        ('[web]\nport = "8012"', "web.port", "whole number"),
        ("[web]\nport = true", "web.port", "whole number"),
        ("[web]\nweb_calls = 1", "web.web_calls", "true or false"),
        ("[web]\nhost = 5", "web.host", "quotes"),
        ("web = 5", "web", "[web]"),
        ("[[web]]\nport = 1", "web", "[web]"),
        ("[queue]\nname = 'x'", "queue", "[[queue]]"),
        ('[web]\npublic_url = "ftp://x"', "web.public_url", "https://"),
        ('[web]\ntls_cert_file = "c.pem"', "web.tls_key_file", "both"),
        ('[web]\npassword = "x"', "web.password", "_file"),
        ('[asterisk]\nami_secret = "x"', "asterisk.ami_secret", "_file"),
        ('[store]\nurl = "mysql://x"', "store.url", "postgresql+asyncpg://"),
        ('[store]\nurl = "postgresql+asyncpg://u:pw@h/d"', "store.url", "password_file"),
        ('[asterisk]\nsip_host = "localhost"', "asterisk.sip_host", "IP address"),
        ("[asterisk]\nrtp_start = 30000", "asterisk.rtp_end", "above"),
        ("[asterisk]\nmax_calls = 600", "asterisk.rtp_end", "2400"),
        ('[asterisk]\nami_host = "0.0.0.0"', "asterisk.ami_host", "127.0.0.1"),
        ("[asterisk]\nmanaged = false", "asterisk.ami_secret_file", "managed = false"),
        ('[asterisk]\nexternal_media_address = "x;y"', "asterisk.external_media_address", "IP"),
        ('[[trunk]]\nname = "a"\nmatch = ["10.0.0.1/8"]', "trunk[1].match", "10.0.0.1/8"),
        ('[[trunk]]\nname = "a"\nmatch = []', "trunk[1].match", "at least one"),
        ('[[trunk]]\nname = "A B"', "trunk[1].name", "lower-case"),
        ('[[trunk]]\nname = "a\\n[x]"', "trunk[1].name", "lower-case"),
        ('[[trunk]]\nname="a"\n[[trunk]]\nname="a"', "trunk[2].name", "trunk[1]"),
        ("[[trunk]]\nhost = ''", "trunk[1].name", "needed"),
        ('[[number]]\ndid = "12a45"', "number[1].did", "digits"),
        ('[[number]]\ndid = "_X."', "number[1].did", "digits"),
        ('[[number]]\ndid="1"', "number[1].did", "2 to 20"),
        ('[[number]]\ndid="12"\n[[number]]\ndid="12"', "number[2].did", "number[1]"),
        ('[[number]]\ndid = "12345"\nqueue = "none"', "number[1].queue", "civil"),
        (QUEUE.format(name="civil") + 'key = "0"', "queue[1].key", "person"),
        (QUEUE.format(name="civil") + 'key = "12"', "queue[1].key", "1 to 9"),
        (QUEUE.format(name="civil") + 'strategy = "x"', "queue[1].strategy", "leastrecent"),
        (QUEUE.format(name="civil") + QUEUE.format(name="civil"), "queue[2].name", "queue[1]"),
        (QUEUE.format(name="a-b") + QUEUE.format(name="ab"), "queue[2].name", "queue[1]"),
        (QUEUE.format(name="fallback"), "queue[1].name", "system's own"),
        (QUEUE.format(name="s,1"), "queue[1].name", "lower-case"),
        ("[seats]\nfirst = 8020\nlast = 8001", "seats.last", "below"),
        ("[seats]\nfirst = 10\nlast = 50000", "seats.last", "1000"),
        ('[site]\nname_zh = ""', "site.name_zh", "1 to 80"),
        ('data_dir = ""', "data_dir", "path"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(text: str, key: str, says: str) -> None:
    """File, key, and how to mend it, in both languages."""
    problem = problems(text)[key]
    assert problem.file == "hotline.toml"
    assert says in problem.en
    assert any("一" <= char <= "鿿" for char in problem.zh)


def test_all_mistakes_are_said_at_once() -> None:
    """Nobody should have to start the gateway five times to find five mistakes."""
    text = """
    colour = "red"
    [web]
    port = "x"
    sesion_hours = 3
    [asterisk]
    guard_seconds = 1
    [[number]]
    did = "1x"
    queue = "gone"
    [[number]]
    title_zh = "甲"
    [seats]
    first = 9000
    last = 8000
    """
    found = set(problems(text))
    assert found >= {
        "colour",
        "web.port",
        "web.sesion_hours",
        "asterisk.guard_seconds",
        "number[1].did",
        "number[1].queue",
        "number[2].did",
        "seats.last",
    }


def test_two_queues_cannot_share_a_key() -> None:
    """One key, one place to go."""
    one, two = (QUEUE.format(name=name) + 'key = "3"\n' for name in ("civil", "b"))
    assert "queue[2].key" in problems(one + two)


def test_paths_lie_beside_the_file() -> None:
    """Wherever the gateway is started from."""
    settings = read('[store]\nkey_file = "k"\n[web]\ntls_cert_file=""', Path("/etc/hotline"))
    assert settings.store.key_file == Path("/etc/hotline/k")
    assert settings.data_dir == Path("/etc/hotline/.hotline/data")
    assert settings.web.tls_cert_file is None
    assert read('data_dir = "/var/x"', Path("/etc")).data_dir == Path("/var/x")


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    """The message must not carry it into a log."""
    problem = problems('[store]\npassword = "hunter2"\nurl = "postgresql+asyncpg://u:hunter2@h/d"')
    assert not any("hunter2" in str(one) for one in problem.values())
