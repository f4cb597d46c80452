"""What the demo says of itself: each figure by the name of what it counts."""

from __future__ import annotations

import io

from rich.console import Console

from gateway.cli.demo import table
from gateway.simulate.day import Seen


def test_messages_are_not_taken_for_conversations() -> None:
    """Three conversations with seven replies read as that, in both languages."""
    screen = Console(file=io.StringIO(), width=120, record=True)
    screen.print(table(Seen(calls=5, answered=4, conversations=3, replies=7, written_out=2)))
    rows: dict[str, str] = {}
    for line in screen.export_text().splitlines():
        if "/" in line:
            what, count = (cell.strip() for cell in line.strip("│ ").split("│"))
            rows[what] = count
    assert rows["模拟坐席接听的来电 / calls answered by simulated seats"] == "4"
    assert rows["网页会话（个） / conversations on the web"] == "3"
    assert rows["模拟坐席回复（条） / messages from simulated seats"] == "7"
    assert rows["已办结的会话和留言 / conversations and forms closed"] == "2"
