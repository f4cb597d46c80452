"""``hotline emergency``: whether the lines can be called, and whether both sides have the same."""

import json
import re
import sys
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from config.settings import Settings
from gateway.app import opened_store
from gateway.app.city import city_of
from gateway.app.emergency import opened_systems
from gateway.cli.options import FAILED, ConfigOption, JsonOption, settings_from, told
from gateway.clock import SystemClock
from gateway.core.emergency import healthy, lines_using
from gateway.core.handover import Difference
from gateway.doctor.emergency import trunk_states
from gateway.doctor.finding import Patient
from gateway.intake.reconciling import Reconciling
from gateway.provision.places import here

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

app = typer.Typer(add_completion=False, no_args_is_help=True, help="紧急专线 / emergency lines")


@app.command()
def check(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """逐条询问各专线的中继（SIP OPTIONS，不拨打电话）/ ask every line's trunks, call nobody.

    退出码 / exit code: 0 都可转接 / every line can be called, 1 有专线不可转接 / one cannot.
    """
    settings = settings_from(config)
    used = lines_using(city_of(settings))
    well = told(trunk_states(Patient(settings=settings, places=here())))
    rows = [
        {
            "line": line,
            "healthy": healthy(trunks, well),
            "trunks": {one: well.get(one) for one in trunks},
        }
        for line, trunks in used.items()
    ]
    if as_json:
        typer.echo(json.dumps(rows))
    else:
        shown = Table("专线 / line", "可转接 / can be called", "中继 / trunks")
        for row in rows:
            states = [f"{name} {'✓' if alive else '✗'}" for name, alive in _trunks(row["trunks"])]
            shown.add_row(str(row["line"]), "✓" if row["healthy"] else "✗", "  ".join(states))
        Console().print(shown)
        if not rows:
            typer.echo("没有可转接的专线 / no line is put through", err=True)
    sys.exit(0 if all(row["healthy"] for row in rows) else FAILED)


def _trunks(trunks: object) -> list[tuple[str, bool | None]]:
    return list(trunks.items()) if isinstance(trunks, dict) else []


@app.command()
def reconcile(
    *,
    date: Annotated[str, typer.Option(help="日期 / day, 2026-11-28；留空：今天 / today")] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """与各专线系统核对一天的移交；差异应为 0 / compare a day's hand-overs with their systems.

    退出码 / exit code: 0 无差异 / none, 1 有差异或对方未答 / a difference, or no answer.
    """
    if date and not _is_day(date):
        typer.echo("日期写作 2026-11-28 / a day is written 2026-11-28", err=True)
        sys.exit(FAILED)
    day, found = told(_compare(settings_from(config), date))
    rows = [_row(line, one) for line, one in found.items()]
    if as_json:
        typer.echo(json.dumps({"day": day, "lines": rows}))
    else:
        shown = Table("专线 / line", "我方 / ours", "对方 / theirs", "差异 / difference", title=day)
        for row in rows:
            known = row["difference"] is not None
            cells = [str(row[name]) if known else "?" for name in ("ours", "theirs", "difference")]
            shown.add_row(str(row["line"]), *cells)
        Console().print(shown)
        for line, one in found.items():
            for title, ids in _named(one):
                typer.echo(f"{line} {title}: {' '.join(ids)}")
        if not rows:
            typer.echo("没有接收数据包的专线 / no line's system is sent packets", err=True)
    sys.exit(0 if all(row["difference"] == 0 for row in rows) else FAILED)


def _is_day(text: str) -> bool:
    try:
        return bool(DAY.fullmatch(text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


async def _compare(settings: Settings, day: str) -> tuple[str, dict[str, Difference | None]]:
    clock, zone = SystemClock(), ZoneInfo(settings.site.timezone)
    async with opened_systems(settings, clock) as systems, opened_store(settings) as store:
        lines = [one.code for one in settings.emergency_line]
        comparing = Reconciling(store, systems=systems, lines=lines, clock=clock, zone=zone)
        day = day or comparing.today()
        found = await comparing.compare(day)
        await comparing.note(day, found)
        return day, dict(found)


def _row(line: str, one: Difference | None) -> dict[str, object]:
    return {
        "line": line,
        "ours": one.ours if one else None,
        "theirs": one.theirs if one else None,
        "difference": one.count if one else None,
    }


def _named(one: Difference | None) -> list[tuple[str, tuple[str, ...]]]:
    if one is None:
        return [("对方未答 / no answer", ())]
    named = [
        ("对方没有 / they have not", one.missing_there),
        ("我方没有 / we have not", one.missing_here),
        ("状态不同 / told differently", one.differing),
    ]
    return [(title, ids) for title, ids in named if ids]
