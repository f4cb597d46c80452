"""Accounts from settings: what is wrong is said at once, and no secret with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.errors import BadSettings
from channels.options import Options
from channels.registry import CHANNELS, open_account
from config.errors import ConfigError
from config.settings import ChannelAccount, Settings
from config.table import settings_from
from gateway.app.channels import accounts_made, opened_channels


def test_an_unknown_channel_is_said_with_those_there_are() -> None:
    """The admin reads which words are allowed."""
    with pytest.raises(BadSettings) as raised:
        open_account("pigeon", "main", {})
    ((key, zh, en),) = raised.value.problems
    assert key == "kind"
    assert all(kind in zh and kind in en for kind in CHANNELS)


def test_an_option_nobody_asked_for_is_a_problem() -> None:
    """A typo in an option does not pass in silence."""
    with pytest.raises(BadSettings) as raised:
        open_account("web", "main", {"tokn": "x", "b": "y"})
    assert [key for key, _, _ in raised.value.problems] == ["tokn", "b"]


def test_every_problem_of_an_account_is_said_at_once(tmp_path: Path) -> None:
    """Missing, wrong, unreadable and unknown ones together, none with the secret in it."""
    (tmp_path / "token").write_text("hush-hush!\n")
    read = Options(
        {
            "base": "ftp://x",
            "who": "https://user@host",
            "few": "9",
            "mode": "loud",
            "sure": "maybe",
            "a_file": str(tmp_path / "none"),
            "b_file": str(tmp_path / "token"),
            "id": "not digits",
            "stray": "1",
        }
    )
    read.text("needed")
    read.text("id", form="[0-9]+")
    read.url("base")
    read.url("who")
    read.whole("few", 1, 5, 3)
    read.choice("mode", ("safe", "plain"), "safe")
    read.yes("sure", default=True)
    read.secret("a_file")
    assert read.secret("b_file", form="[a-z]+") == "hush-hush!"
    with pytest.raises(BadSettings) as raised:
        read.close()
    keys = [key for key, _, _ in raised.value.problems]
    wrong = ["needed", "id", "base", "who", "few", "mode", "sure", "a_file", "b_file", "stray"]
    assert sorted(keys) == sorted(wrong)
    assert "hush" not in str(raised.value)


def test_what_is_right_is_read(tmp_path: Path) -> None:
    """Defaults stand in for what is not written; one line end is the editor's."""
    (tmp_path / "token").write_text("abc\r\n")
    read = Options({"t_file": str(tmp_path / "token"), "n": "7", "u": "https://h:1/x/"})
    assert read.secret("t_file") == "abc"
    assert read.whole("n", 1, 9, 3) == 7
    assert read.whole("m", 1, 9, 3) == 3
    assert read.url("u") == "https://h:1/x"
    assert read.yes("y", default=False) is False
    assert read.text("x", default="d") == "d"
    assert not read.secret("none_file", needed=False)
    read.close()


def test_page_and_app_are_there_unless_turned_off() -> None:
    """Whoever adds a channel does not lose the page by it."""
    both = ["web:main", "app:main"]
    assert list(accounts_made(Settings())) == both
    off = ChannelAccount(kind="web", enabled=False)
    assert list(accounts_made(Settings(channel=(off,)))) == ["app:main"]
    other = ChannelAccount(kind="app", name="city")
    assert sorted(accounts_made(Settings(channel=(other,)))) == ["app:city", "web:main"]


def test_problems_of_all_accounts_come_together() -> None:
    """One start shows everything that is to be mended."""
    wrong = (ChannelAccount(kind="pigeon"), ChannelAccount(kind="web", options={"x": "y"}))
    with pytest.raises(ConfigError) as raised:
        accounts_made(Settings(channel=wrong))
    assert [one.key for one in raised.value.problems] == [
        "channel pigeon:main: kind",
        "channel web:main: x",
    ]


def test_options_are_texts_and_their_files_lie_beside_the_settings(tmp_path: Path) -> None:
    """``*_file`` is a path from the settings' folder; a secret written out is refused."""
    table = {"channel": [{"kind": "web", "options": {"a": "b", "key_file": "keys/wx"}}]}
    (account,) = settings_from(table, "f", tmp_path).channel
    assert account.options == {"a": "b", "key_file": str(tmp_path / "keys/wx")}
    for options in ({"token": "s"}, {"a": 1}, "x"):
        with pytest.raises(ConfigError) as raised:
            settings_from({"channel": [{"kind": "web", "options": options}]}, "f", tmp_path)
        assert raised.value.problems[0].key.startswith("channel[1].options")


def test_two_accounts_of_one_name_are_a_problem(tmp_path: Path) -> None:
    """An id means one account for ever."""
    table = {"channel": [{"kind": "web"}, {"kind": "web"}]}
    with pytest.raises(ConfigError) as raised:
        settings_from(table, "f", tmp_path)
    assert [one.key for one in raised.value.problems] == ["channel[2].name"]


async def test_an_account_that_cannot_open_keeps_no_other_from_it(tmp_path: Path) -> None:
    """The telephone and the other channels start; whoever looks after them hears which did not."""
    gone = {"appid": "wx1", "token_file": str(tmp_path / "gone")}
    wrong = (ChannelAccount(kind="wechat", options=gone), ChannelAccount(kind="pigeon"))
    heard: list[tuple[str, str]] = []
    settings = Settings(channel=wrong)
    async with opened_channels(settings, lambda id_, why: heard.append((id_, why))) as opened:
        assert list(opened) == ["web:main", "app:main"]
    assert heard == [("wechat:main", "channel-settings"), ("pigeon:main", "channel-settings")]
