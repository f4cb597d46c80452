"""``hotline service render``: units that systemd takes, and that keep calls and data safe."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.app.keeper import STOP_SECONDS
from gateway.app.watchdog import BEAT_SECONDS, STALL_SECONDS
from gateway.cli.service import app

OURS = """
data_dir = "/var/lib/hotline"
[web]
port = 443
"""
ANOTHERS = """
data_dir = "data"
[asterisk]
managed = false
ami_port = 5038
agi_port = 4573
ami_secret_file = "ami"
ws_url = "ws://127.0.0.1:8188/ws"
recordings_dir = "/srv/sound"
[media]
folder = "/srv/files"
"""
Unit = dict[str, list[str]]


def rendered(folder: Path, settings: str, *words: str) -> Path:
    """The unit's file."""
    config = folder / "hotline.toml"
    config.write_text(settings, "utf-8")
    to = folder / "units"
    told = ["render", "--config", str(config), "--to", str(to), *words]
    result = CliRunner().invoke(app, told, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return next(to.iterdir())


def parsed(file: Path) -> Unit:
    """Every setting with its values in order."""
    unit: Unit = {}
    for line in file.read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            unit.setdefault(name, []).append(value)
    return unit


def approved_by_systemd(file: Path) -> None:
    """Where systemd's own checker is, it finds nothing to say."""
    checker = shutil.which("systemd-analyze")
    if checker is None:
        return  # the laws of the parsed unit were asserted before
    for words in (["verify", "--man=no"], ["security", "--offline=true", "--threshold=30"]):
        done = subprocess.run(
            [checker, *words, str(file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert words[0] == "security" or file.name not in done.stderr, done.stderr


@pytest.mark.parametrize("settings", [OURS, ANOTHERS])
def test_a_unit_restarts_for_ever_and_gives_no_rights(tmp_path: Path, settings: str) -> None:
    """Whoever breaks into the hotline owns nothing else; whatever ends it, it comes again."""
    file = rendered(tmp_path, settings)
    unit = parsed(file)
    once = {
        "Type": "notify",
        "NotifyAccess": "main",
        "Restart": "always",
        "StartLimitIntervalSec": "0",
        "User": "hotline",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "UMask": "0077",
        "LimitCORE": "0",
        "KillMode": "mixed",
    }
    for name, value in once.items():
        assert unit[name] == [value], name
    assert int(unit["TimeoutStopSec"][0]) > STOP_SECONDS
    command = f'"{sys.executable}" -P -m gateway serve --config "{tmp_path / "hotline.toml"}"'
    assert unit["ExecStart"] == [command]
    approved_by_systemd(file)


@pytest.mark.parametrize("settings", [OURS, ANOTHERS])
def test_the_unit_leaves_the_decoder_its_fences(tmp_path: Path, settings: str) -> None:
    """Namespaces of its own and Landlock: forbidden, the one is missing and the other kills it."""
    unit = parsed(rendered(tmp_path, settings, "--user", "nobody"))
    assert unit["RestrictNamespaces"] == ["user net ipc"]
    (allowed,) = unit["SystemCallFilter"]
    wanted = {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
    assert set(allowed.split()) == {"@system-service", *wanted}


def test_the_unit_of_our_own_asterisk_never_ends_calls_for_a_gateway(tmp_path: Path) -> None:
    """A gateway that hangs or is too big is the keeper's business; its state is its own folder."""
    file = rendered(tmp_path, OURS)
    unit = parsed(file)
    assert file.name == "hotline.service"
    assert unit["OOMPolicy"] == ["continue"]
    assert int(unit["WatchdogSec"][0]) > 10 * STALL_SECONDS
    assert unit["StateDirectory"] == ["hotline"]
    assert "ReadWritePaths" not in unit
    assert unit["AmbientCapabilities"] == ["CAP_NET_BIND_SERVICE"]


def test_the_unit_beside_another_asterisk_ends_a_silent_gateway(tmp_path: Path) -> None:
    """After its own watchdog could speak; not bound to Asterisk; it writes its folders only."""
    file = rendered(tmp_path, ANOTHERS)
    unit = parsed(file)
    assert file.name == "hotline-gateway.service"
    assert STALL_SECONDS + BEAT_SECONDS <= int(unit["WatchdogSec"][0]) <= STALL_SECONDS + 2
    assert "asterisk.service" in unit["After"][0]
    assert not {"Requires", "BindsTo", "PartOf"} & set(unit)
    assert unit["ReadWritePaths"] == [f'"{tmp_path / "data"}"', '"/srv/sound"', '"/srv/files"']
    assert unit["CapabilityBoundingSet"] == [""]


@pytest.mark.parametrize(
    "words", [["--user", "root"], ["--user", "x\nExecStartPre=/bin/sh"], ["--user", "a b;c"]]
)
def test_what_does_not_belong_into_a_unit_is_refused(tmp_path: Path, words: list[str]) -> None:
    """Nothing is written; root least of all."""
    config = tmp_path / "hotline.toml"
    config.write_text(OURS, "utf-8")
    told = ["render", "--config", str(config), "--to", str(tmp_path / "units"), *words]
    result = CliRunner().invoke(app, told)
    assert result.exit_code == 1
    assert "user" in result.output
    assert not (tmp_path / "units").exists()
