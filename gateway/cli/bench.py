"""``hotline bench``: measure this hotline against the plain way, side by side in one run."""

import asyncio
import json
import os
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway.bench.child import ChildFailed
from gateway.bench.names import NAMES, NEEDS_A_HOTLINE, measure_of
from gateway.bench.report import Figures
from gateway.cli.options import FAILED, JsonOption
from gateway.provision.check_needs import provide
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import here
from gateway.provision.progress import Progress
from gateway.provision.setup import prepare

app = typer.Typer(add_completion=False)

STEPS, FIRST_STEP = 8, 3  # the launcher did the first two


@app.command()
def bench(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help=f"{' '.join(NAMES)}（默认全部 / default all）"),
    ] = None,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="只看能否运行，数值无意义 / only whether it runs")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """测量，结果多为比值（多组交替测量的中位数） / measure; ratios are medians of pairs."""
    wanted = list(dict.fromkeys(names or NAMES))
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        typer.echo(
            f"没有这项测量：{' '.join(unknown)}；有：{' '.join(NAMES)} / "
            f"no such measurement: {' '.join(unknown)}; there are: {' '.join(NAMES)}",
            err=True,
        )
        sys.exit(2)
    if NEEDS_A_HOTLINE & set(wanted):
        _set_up()
    found, why = dict[str, Figures](), ""
    try:
        found = asyncio.run(_measure(wanted, tiny=quick))
    except* (ChildFailed, NotReady) as failed:
        why = "; ".join(str(one) for one in leaves(failed))
    if why:
        typer.echo(f"测量未完成 / could not be measured: {why}", err=True)
        sys.exit(FAILED)
    if json_:
        typer.echo(json.dumps({name: one.as_json() for name, one in found.items()}))
    else:
        _show(found)


def leaves(group: BaseExceptionGroup[Exception]) -> list[BaseException]:
    """What went wrong, without the groups around it."""
    return [
        leaf
        for one in group.exceptions
        for leaf in (leaves(one) if isinstance(one, BaseExceptionGroup) else [one])
    ]


def _set_up() -> None:
    places, progress = here(), Progress(STEPS, FIRST_STEP)
    try:
        prepare(places, progress, None)
        with progress.step("测量所需程序", "programs of the measurements") as step:
            os.environ.update(provide(places, step))
    except (NotReady, ProgramFailed) as missing:
        typer.echo(f"\n{missing}", err=True)
        sys.exit(FAILED)
    typer.echo(f"[{STEPS}/{STEPS}] 测量 / measuring", err=True)


async def _measure(names: list[str], *, tiny: bool) -> dict[str, Figures]:
    def told(words: str) -> None:
        typer.echo(words, err=True)

    return {name: await measure_of(name, tiny=tiny)(told) for name in names}


def _show(found: dict[str, Figures]) -> None:
    """A table of the figures; what they mean, below."""
    table = Table("测量 / name", "指标 / figure", "值 / value", "最小 / min", "最大 / max")
    for name, figures in found.items():
        values = figures.values
        for key, value in values.items():
            if key.endswith(("_min", "_max")) and key[:-4] in values:
                continue
            least, most = (str(values.get(f"{key}_{end}", "")) for end in ("min", "max"))
            table.add_row(name, key, str(value), least, most)
    screen = Console(width=None if sys.stdout.isatty() else 120)
    screen.print(table)
    for name, figures in found.items():
        if figures.note:
            screen.print(f"{name}: {figures.note}", markup=False, highlight=False)
