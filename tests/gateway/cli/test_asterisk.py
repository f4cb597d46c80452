"""``hotline asterisk render``: files for an Asterisk that somebody else runs."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from gateway.cli.asterisk import app
from gateway.telephony.ami_users import secrets_of

SETTINGS = """
data_dir = "data"
[asterisk]
managed = false
ami_port = 5038
agi_port = 4573
ami_secret_file = "ami"
ws_url = "ws://127.0.0.1:8188/ws"
[seats]
first = 8001
last = 8003
"""


def test_every_file_is_written_for_us_alone(tmp_path: Path) -> None:
    """Queues, phones and passwords as the gateway will use them; the same each time."""
    (tmp_path / "ami").write_text("s3cret\n")
    settings = tmp_path / "hotline.toml"
    settings.write_text(SETTINGS)
    texts: list[dict[str, str]] = []
    for name in ("one", "two"):
        to = tmp_path / name
        result = CliRunner().invoke(
            app, ["render", "--to", str(to), "--config", str(settings)], catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        assert all(path.stat().st_mode & 0o077 == 0 for path in to.iterdir())
        texts.append({path.name: path.read_text() for path in to.iterdir()})
    for user, secret in secrets_of("s3cret").items():
        assert f"[{user}]\nsecret = {secret}\n" in texts[0]["manager.conf"]
    assert "s3cret" not in texts[0]["manager.conf"]
    assert "bindport = 8188" in texts[0]["http.conf"]
    assert "[civil]" in texts[0]["queues_hotline.conf"]
    assert "[desk-8003]" in texts[0]["pjsip_hotline.conf"]
    assert "asterisk.conf" not in texts[0]
    assert texts[0]["pjsip_hotline.conf"] == texts[1]["pjsip_hotline.conf"]


def test_without_a_secret_it_says_where_to_put_one(tmp_path: Path) -> None:
    """Nothing is written, nothing is guessed."""
    settings = tmp_path / "hotline.toml"
    settings.write_text(SETTINGS.replace('ami_secret_file = "ami"', ""))
    result = CliRunner().invoke(
        app, ["render", "--to", str(tmp_path / "x"), "--config", str(settings)]
    )
    assert result.exit_code != 0
    assert "ami_secret_file" in result.output
    assert not list((tmp_path / "x").glob("*.conf"))
