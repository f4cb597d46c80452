"""``hotline wall-link``: one address for a screen on the wall, the same until it is renewed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from config.load import load_settings
from gateway.app import opened_store
from gateway.cli.wall_link import app
from gateway.store.wall_link import WallLink

URL = "https://12345.example.gov.cn"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file with an empty store."""
    path = tmp_path / "hotline.toml"
    path.write_text(f'data_dir = "data"\n[web]\npublic_url = "{URL}"\n')
    return path


def link(config: Path, *words: str) -> str:
    """What the command prints, and nothing else."""
    result = CliRunner().invoke(app, [*words, "--config", str(config)])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def opens(config: Path, address: str) -> bool:
    """Whether the gateway lets this address in."""

    async def look() -> bool:
        settings = load_settings(config)
        async with opened_store(settings) as store:
            wall = WallLink(store.passwords, settings.data_dir)
            return wall.opens(urlsplit(address).fragment)

    return asyncio.run(look())


def test_the_link_stays_until_it_is_renewed(config: Path) -> None:
    """The token stands behind the #, where no server or proxy writes it down."""
    first = link(config)
    assert first.startswith(f"{URL}/wall#")
    assert len(urlsplit(first).fragment) >= 26, "less than 128 bits can be guessed"
    assert link(config) == first
    assert opens(config, first)
    second = link(config, "--renew")
    assert second != first
    assert opens(config, second)
    assert not opens(config, first)


def test_without_a_link_nothing_opens(config: Path) -> None:
    """A wallboard nobody asked for has no token, not even an empty one."""
    assert not opens(config, f"{URL}/wall#")
    assert not opens(config, f"{URL}/wall#x")
