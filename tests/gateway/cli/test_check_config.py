"""``hotline check-config``: what is wrong with the settings, before anything starts with them."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from gateway.cli.check_config import app


def test_what_holds_is_shown_and_no_secret_with_it(tmp_path: Path) -> None:
    """Every value, defaults too."""
    path = tmp_path / "hotline.toml"
    path.write_text('[web]\nport = 9000\n[[channel]]\nkind = "web"\ntitle_zh = "网页"\n')
    shown = CliRunner().invoke(app, ["--config", str(path)])
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["web"]["port"] == 9000


def test_a_channel_that_could_not_be_opened_is_a_problem(tmp_path: Path) -> None:
    """With every option of every account at once; the hotline itself would start without it."""
    path = tmp_path / "hotline.toml"
    path.write_text(
        '[[channel]]\nkind = "wechat"\noptions = { token_file = "gone" }\n'
        '[[channel]]\nkind = "pigeon"\n'
    )
    refused = CliRunner().invoke(app, ["--config", str(path)])
    assert refused.exit_code == 1
    for said in ("wechat:main: appid", "wechat:main: token_file", "pigeon:main: kind"):
        assert said in refused.stderr


def test_a_flow_that_names_a_queue_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """It is said before callers meet the main flow instead; an unknown flow is refused, too."""
    path = tmp_path / "hotline.toml"
    queue = '[[queue]]\nname = "civil"\ntitle_zh = "综合"\ntitle_en = "General"\n'
    path.write_text(f'[speech]\nflow = "speech"\n{queue}', "utf-8")
    refused = CliRunner().invoke(app, ["--config", str(path)])
    assert refused.exit_code == 1
    assert "E007 enterprise" in refused.stderr
    path.write_text('[speech]\nflow = "robot"\n', "utf-8")
    assert CliRunner().invoke(app, ["--config", str(path)]).exit_code != 0
