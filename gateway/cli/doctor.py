"""``hotline doctor``: what is wrong and how to mend it."""

import asyncio
import json
import sys

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.cli.office import open_office
from gateway.cli.options import FAILED, ConfigOption, JsonOption, settings_from
from gateway.doctor import CHECKS, Finding, Grade, Patient, examine
from gateway.doctor.channels import channel_checks
from gateway.doctor.finding import Check, ok, warn
from gateway.doctor.running import is_up
from gateway.provision.places import here

app = typer.Typer(add_completion=False)

MARKS = {
    Grade.OK: "[green]✓ 正常 / ok[/green]",
    Grade.WARN: "[yellow]! 注意 / warning[/yellow]",
    Grade.FAIL: "[red]✗ 故障 / failed[/red]",
}


async def plan_drift(patient: Patient) -> Finding:
    """What was published is what the telephone system runs."""
    if not await is_up(patient.settings):
        return ok("网关未运行，未比较", "not compared, the gateway does not run")
    async with open_office(patient.settings) as office:
        differences = (await office.drift())["differences"]
    if not differences:
        return ok("与已发布的一致", "as published")
    named = " ".join(f"{one['kind']} {one['name']}" for one in differences[:5])
    return warn(
        f"{len(differences)} 处与已发布的不同：{named}",
        f"{len(differences)} differ from what was published: {named}",
        "./hotline plan drift 查看，./hotline plan mend 重新发布",
        "./hotline plan drift shows them, ./hotline plan mend publishes again",
    )


ALL = (*CHECKS, Check("plan", "已发布的配置", "published plan", plan_drift))


@app.command()
def doctor(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """检查本机、安装、数据和运行状态，并说明如何处理；不改动任何东西.

    Look at the machine, the set-up, the data and what runs, and say how to mend it; nothing is
    changed. 退出码 / exit code: 0 无故障 / nothing failed, 1 有故障 / something did.
    """
    patient = Patient(settings=settings_from(config), places=here())
    found = asyncio.run(_looked(patient))
    if as_json:
        rows = [{"check": check.name, **_row(finding)} for check, finding in found]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        Console().print(table(found))
    if any(finding.grade is Grade.FAIL for _, finding in found):
        sys.exit(FAILED)


async def _looked(patient: Patient) -> list[tuple[Check, Finding]]:
    with Console(stderr=True).status("检查中 / looking ..."):
        checks = (*ALL, *channel_checks(patient.settings))
        return [one async for one in examine(patient, checks)]


def _row(finding: Finding) -> dict[str, str]:
    return {
        "grade": finding.grade.value,
        "zh": finding.zh,
        "en": finding.en,
        "fix_zh": finding.fix_zh,
        "fix_en": finding.fix_en,
    }


def table(found: list[tuple[Check, Finding]]) -> Table:
    """What was found, for people."""
    shown = Table(show_lines=True)
    for name in ("检查 / check", "结果 / result", "处理 / fix"):
        shown.add_column(name, overflow="fold")
    for check, finding in found:
        said = _both(finding.zh, finding.en)
        shown.add_row(
            _both(check.zh, check.en),
            f"{MARKS[finding.grade]}\n{said}",
            _both(finding.fix_zh, finding.fix_en),
        )
    return shown


def _both(zh: str, en: str) -> str:
    return escape(zh if zh == en else f"{zh}\n{en}")
