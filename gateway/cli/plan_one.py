"""Single changes of the plan: one row added, changed or removed, published like any other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli import plan_file
from gateway.cli.office import Office
from gateway.cli.options import FAILED
from gateway.cli.plan_words import done, published, say_problems, say_result
from gateway.core.errors import Invalid
from gateway.core.plan_diff import KINDS

Json = dict[str, Any]

PairsArgument = Annotated[
    list[str], typer.Argument(help="项=值，可多个 / field=value, several", metavar="FIELD=VALUE...")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="不再询问 / do not ask")]


def change(
    config: Path | None,
    kind: str,
    name: str,
    row: Json | None,
    *,
    new: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Add, change or (None) remove the row of this name; leaves with 1 when it cannot be."""
    rows, key = KINDS[kind]

    async def work(office: Office) -> Json | None:
        now = await office.plan()
        plan = now["plan"]
        there = [one for one in plan[rows] if one[key] == name]
        if new == bool(there):
            zh, en = ("已经有了", "is there already") if new else ("没有", "there is no such")
            typer.echo(f"✗ {kind} {name}: {zh} / {en}", err=True)
            sys.exit(FAILED)
        others = [one for one in plan[rows] if one[key] != name]
        changed = [] if row is None else [{**(there[0] if there else {}), key: name, **row}]
        wanted = {**plan, rows: [*others, *changed]}
        return await published(office, now["revision"], wanted, "", yes=yes)

    if result := done(config, work):
        say_result(result, as_json=as_json)


def row_of(kind: str, pairs: list[str] | None) -> Json:
    """``field=value`` words as a row; leaves with 2 and every misfit."""
    try:
        return plan_file.values(kind, pairs or [])
    except Invalid as wrong:
        say_problems(wrong.problems)
        sys.exit(2)
