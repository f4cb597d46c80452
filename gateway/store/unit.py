"""Rows as the changes of one unit. In a long one others have their turn now and then."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING

from gateway.store.errors import RowRefused
from gateway.store.rows_complaints import changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.ports import Row
    from gateway.store.change import Change
    from gateway.store.vault import Vault

AT_A_STRETCH = 50
"""Rows that are sealed before others have their turn."""


async def unit_of(rows: Sequence[Row], vault: Vault) -> tuple[Change, ...]:
    """In order. Raises RowRefused for text that cannot be kept."""
    unit: list[Change] = []
    for begin in range(0, len(rows), AT_A_STRETCH):
        if begin:
            await asyncio.sleep(0)
        some = rows[begin : begin + AT_A_STRETCH]
        try:
            unit += chain.from_iterable(changes(row, vault) for row in some)
        except UnicodeEncodeError as error:
            raise RowRefused("text that UTF-8 cannot hold") from error
    return tuple(unit)
