"""Settings of a hotline whose emergency lines have two trunks each, in every order of chance."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping

from gateway.bench.handover import OUTCOMES, SEED

RING_SECONDS, PAIRS = 5, 24
"""The settings take 200 lines at most: so many for each of eight lanes."""


def emergency_settings(ports: Mapping[tuple[int, str], int], lanes: int) -> str:
    """Trunks of each lane, and a line for each two of them."""
    lines = ['[[trunk]]\nname = "bench"']
    for (lane, name), port in ports.items():
        asked = 1 if OUTCOMES[name] is None else 30
        lines.append(
            f'[[trunk]]\nname = "{_trunk(lane, name)}"\nmatch = ["127.0.0.9/32"]\n'
            f'host = "127.0.0.1:{port}"\nqualify_seconds = {asked}'
        )
    for lane in range(1, lanes + 1):
        for at, pair in enumerate(pairs()):
            trunks = json.dumps([_trunk(lane, name) for name in pair])
            lines.append(
                f'[[emergency_line]]\ncode = "{lane}{at:02}"\ntitle_zh = "{lane}-{at}"\n'
                f'title_en = "{lane}-{at}"\npolicy = "transfer"\nring_seconds = {RING_SECONDS}\n'
                f'regions = [{{ id = "city", title_zh = "市", trunks = {trunks} }}]'
            )
    return "\n".join(lines)


def pairs() -> list[tuple[str, str]]:
    """The two trunks of each line of a lane, by its place."""
    found = [(one, other) for one in OUTCOMES for other in OUTCOMES if one != other]
    random.Random(SEED).shuffle(found)  # noqa: S311 - the same order each time
    return found[:PAIRS]


def _trunk(lane: int, outcome: str) -> str:
    return f"{outcome.replace('_', '-')}-{lane}"
