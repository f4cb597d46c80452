"""``hotline expert``: departments and experts. A running gateway knows of a change in seconds."""

import csv
import getpass
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from config.settings import Settings
from gateway.app import opened_store
from gateway.app.experts import trunks_of
from gateway.cli.options import FAILED, ConfigOption, JsonOption, settings_from, told
from gateway.clock import SystemClock
from gateway.core.expert import Expert
from gateway.core.rota_text import said
from gateway.intake.expert_figures import counted, figures_view
from gateway.intake.experts import imported
from gateway.intake.local_login import local_login
from gateway.intake.roster_cells import Known
from gateway.intake.roster_sheet import COLUMNS, Roster, Unreadable, decoded, read_roster

LARGEST_BYTES = 4 * 1024 * 1024

app = typer.Typer(add_completion=False, no_args_is_help=True, help="专家 / experts")


@app.command("ls")
def list_(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """列出部门、专家与值班（不显示号码）/ departments, experts and rotas, without numbers."""

    async def work() -> list[Expert]:
        async with opened_store(settings_from(config)) as store:
            return [one for one in await store.experts() if not one.removed]

    rows: list[dict[str, Any]] = [
        {
            "department": one.department_id,
            "id": one.id,
            "name": one.name,
            "reached_by": f"seat {one.seat}" if one.seat else f"trunk {one.trunk}",
            "skills": list(one.skills),
            "duties": [said(duty) for duty in one.duties],
            "active": one.active,
        }
        for one in sorted(told(work()), key=lambda one: (one.department_id, one.id))
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        duties = "; ".join(row["duties"]) or "无值班 / never on duty"
        mark = "" if row["active"] else "  停用 / disabled"
        line = f"{row['department']:<12} {row['id']:<12} {row['name']}  {row['reached_by']}"
        typer.echo(f"{line}  {'、'.join(row['skills'])}  [{duties}]{mark}")


@app.command()
def report(
    since: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="从 / from")],
    until: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="到，含当日 / to")],
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV / print CSV")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """各部门与专家的应答率 / how often departments and experts answered."""
    settings = settings_from(config)
    zone = ZoneInfo(settings.site.timezone)
    first = since.replace(tzinfo=zone)
    end = until.replace(tzinfo=zone) + timedelta(days=1)

    async def work() -> dict[str, Any]:
        async with opened_store(settings) as store:
            experts = {one.id: one for one in await store.experts()}
            departments = {one.id: one for one in await store.departments()}
            found = await counted(store, first, end, experts)
            return figures_view(found, experts, departments)

    found = told(work())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    whole = {"what": "all", "id": "", "title": "", **found["whole"]}
    rows = [whole, *_of("department", found["departments"]), *_of("expert", found["experts"])]
    if as_csv:
        writer = csv.DictWriter(sys.stdout, list(whole))
        writer.writeheader()
        writer.writerows(rows)
        return
    typer.echo("asked 询问 · ans. 接听 · none 无人接 · busy 忙 · rate 应答率 · ring s 平均振铃秒")
    heads = f"{'asked':>7}{'ans.':>7}{'none':>7}{'busy':>7}{'rate':>9}{'ring s':>9}"
    typer.echo(f"{'':<26}{heads}")
    for row in rows:
        rate = "-" if row["rate"] is None else f"{row['rate']:.1%}"
        ring = "-" if row["ring_seconds"] is None else f"{row['ring_seconds']:.1f}"
        numbers = f"{row['asked']:>7}{row['answered']:>7}{row['no_answer']:>7}{row['busy']:>7}"
        typer.echo(f"{row['what']:<12}{row['id']:<14}{numbers}{rate:>9}{ring:>9}  {row['title']}")


def _of(what: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"what": what, **row} for row in rows]


@app.command("import", help=f"导入 CSV，列 / import a CSV of: {' '.join(COLUMNS)}")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查，不写入 / only look, write nothing")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """导入专家（UTF-8 或 GB18030；有误则一行不写）/ import experts; all of the file or nothing."""
    text, settings = _text(file), settings_from(config)
    roster = told(_take(settings, text, dry_run=dry_run))
    for bad in roster.bad:
        typer.echo(f"第 {bad.line} 行：{bad.zh} / line {bad.line}: {bad.en}", err=True)
    if roster.bad:
        typer.echo(
            f"有误 {len(roster.bad)} 行，没有写入任何内容 / {len(roster.bad)} bad lines, "
            "nothing written",
            err=True,
        )
        sys.exit(FAILED)
    done = "可以导入 / good" if dry_run else "已导入 / imported"
    typer.echo(
        f"{done}: 部门 {len(roster.departments)} 个、专家 {len(roster.experts)} 名 / "
        f"{len(roster.departments)} departments, {len(roster.experts)} experts"
    )


async def _take(settings: Settings, text: str, *, dry_run: bool) -> Roster:
    clock = SystemClock()
    async with opened_store(settings) as store:
        known = Known(
            trunks=trunks_of(settings),
            seats={seat.number for seat in await store.seats()},
            departments={one.id: one for one in await store.departments()},
            experts={one.id for one in await store.experts()},
        )
        roster = read_roster(text, known)
        if not roster.bad and not dry_run:
            async with local_login(store, clock, getpass.getuser()) as (who, _):
                fact = imported(clock.now(), who.id, len(roster.experts))
                await store.record(*roster.departments, *roster.experts, fact)
        return roster


def _text(file: Path) -> str:
    """The file's text; leaves by SystemExit when it is too large or no text."""
    with file.open("rb") as opened:
        raw = opened.read(LARGEST_BYTES + 1)
    try:
        if len(raw) <= LARGEST_BYTES:
            return decoded(raw)
        zh, en = "文件太大，请分成几份", "the file is too large, divide it"
    except Unreadable:
        zh, en = "文件不是 UTF-8 或 GB18030 编码的文本", "the file is no text in UTF-8 or GB18030"
    typer.echo(f"{zh} / {en}", err=True)
    sys.exit(FAILED)
