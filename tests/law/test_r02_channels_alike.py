"""Row 2 (S0§2; S1§2; S2§2; S3§10; S4§2): by whatever channel, the same words are one record."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.registry import CHANNELS
from tests.law.every_channel import KINDS, every_channel, without_channel


def test_r02_every_channel_of_the_registry_is_held_to_it() -> None:
    """A new one is missed here until it is in the list."""
    assert set(KINDS) == set(CHANNELS)


@pytest.mark.parametrize("text", ["楼下路灯坏了", "第一行\n第二行 <b>&amp;</b> 😀"])
async def test_r02_one_text_is_one_record_byte_for_byte(tmp_path: Path, text: str) -> None:
    """Apart from ids, times and what the platform calls it."""
    async with every_channel(tmp_path) as world:
        records = {kind: without_channel(await world.writes(kind, text)) for kind in KINDS}
    assert len(set(records.values())) == 1, records
