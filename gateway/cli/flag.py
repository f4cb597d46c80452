"""``hotline flag``: marks on callers' numbers. A number is never on the command line.

There it would stay in the shell's history and in the list of processes; it is read from standard
input, and no command says it back.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.app import opened_store
from gateway.cli.options import FAILED, ConfigOption, settings_from, told
from gateway.clock import SystemClock
from gateway.core.citizen import CallerFlag, FlagKind, written_number
from gateway.core.errors import Invalid, Problem, Unknown
from gateway.core.facts import FactKind
from gateway.intake.mark_sheet import Sheet, read_sheet
from gateway.intake.marks import ended_flag, fact_of, new_flag
from gateway.intake.views import moment

PARTIAL = 4
LARGEST_BYTES = 32 * 1024 * 1024
MARKS_AT_ONCE = 500
NO_NUMBER = Problem("/number", "not-a-number", "这不是电话号码。", "This is no telephone number.")

KindOption = Annotated[
    FlagKind, typer.Option(help="老年人、直接转人工、需要关怀 / older, straight to a person, care")
]

app = typer.Typer(add_completion=False, no_args_is_help=True, help="号码标记 / marks on numbers")


@app.command()
def add(
    kind: KindOption,
    note: Annotated[str, typer.Option(help="备注 / note")] = "",
    days: Annotated[int, typer.Option(help="有效天数，0 为长期 / days, 0 for good")] = 0,
    *,
    config: ConfigOption = None,
) -> None:
    """标记一个号码（从标准输入读取）/ mark a number, read from standard input."""
    number = _number()

    async def work() -> CallerFlag:
        flag = new_flag(_valid(number), kind, note, days, SystemClock().now())
        async with opened_store(settings_from(config)) as store:
            await store.record(flag, fact_of(FactKind.NUMBER_FLAGGED, kind, SystemClock().now()))
        return flag

    until = moment(told(work()).until)
    typer.echo(f"已标记 / marked: {kind.value}" + (f"，至 / until {until}" if until else ""))


@app.command()
def rm(kind: KindOption, *, config: ConfigOption = None) -> None:
    """取消一个号码的标记（从标准输入读取）/ take a mark back from a number."""
    number = _number()

    async def work() -> None:
        now, plain = SystemClock().now(), _valid(number)
        async with opened_store(settings_from(config)) as store:
            if kind not in {flag.kind for flag in await store.flags(plain, now)}:
                raise Unknown("flag", kind.value)
            flag = ended_flag(plain, kind, now)
            await store.record(flag, fact_of(FactKind.NUMBER_UNFLAGGED, kind, now))

    told(work())
    typer.echo(f"已取消 / taken back: {kind.value}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="略过有误的行 / leave bad lines out")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """导入 CSV：号码,类别,备注,天数（UTF-8）/ import a CSV of number,kind,note,days."""
    sheet = _sheet(file)
    for bad in sheet.bad:
        typer.echo(f"第 {bad.line} 行：{bad.zh} / line {bad.line}: {bad.en}", err=True)
    count = len(sheet.flags)
    if sheet.bad and not skip_bad:
        typer.echo(
            f"有误 {len(sheet.bad)} 行，没有写入任何标记；改好再试，或加 --skip-bad / "
            f"{len(sheet.bad)} bad lines, nothing written; mend them, or add --skip-bad",
            err=True,
        )
        sys.exit(FAILED)

    async def work() -> None:
        now = SystemClock().now()
        async with opened_store(settings_from(config)) as store:
            for start in range(0, count, MARKS_AT_ONCE):
                flags = sheet.flags[start : start + MARKS_AT_ONCE]
                facts = [fact_of(FactKind.NUMBER_FLAGGED, flag.kind, now) for flag in flags]
                await store.record(*flags, *facts)

    told(work())
    typer.echo(
        f"写入标记 {count} 个，略过 {len(sheet.bad)} 行 / {count} marks written, "
        f"{len(sheet.bad)} lines left out"
    )
    if sheet.bad:
        sys.exit(PARTIAL)


def _number() -> str:
    """One line of standard input; asked for when a person sits there."""
    if sys.stdin.isatty():
        return str(typer.prompt("号码 / number", err=True))
    return sys.stdin.readline(100)


def _valid(number: str) -> str:
    plain = written_number(number)
    if not plain:
        raise Invalid(NO_NUMBER)
    return plain


def _sheet(file: Path) -> Sheet:
    """The file's marks; leaves by SystemExit when it is too large or not UTF-8."""
    with file.open("rb") as opened:
        raw = opened.read(LARGEST_BYTES + 1)
    try:
        if len(raw) > LARGEST_BYTES:
            zh, en = "文件太大，请分成几份", "the file is too large, divide it"
        else:
            return read_sheet(raw.decode("utf-8"), SystemClock().now())
    except UnicodeDecodeError:
        zh = "文件不是 UTF-8 编码；在 Excel 中请另存为「CSV UTF-8」"
        en = 'the file is not UTF-8; in Excel, save it as "CSV UTF-8"'
    typer.echo(f"{zh} / {en}", err=True)
    sys.exit(FAILED)
