"""``hotline plan``: queues, numbers, seats and people of the running hotline, as one file."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import plan_file
from gateway.cli.office import Json, Office
from gateway.cli.options import FAILED, ConfigOption, JsonOption
from gateway.cli.plan_file import MOST_BYTES
from gateway.cli.plan_words import (
    changes_text,
    done,
    published,
    say_checked,
    say_drift,
    say_problems,
    say_result,
)
from gateway.core.errors import Invalid

FileArgument = Annotated[
    str, typer.Argument(help="YAML、TOML 或 JSON 文件，- 为标准输入 / a file, - for stdin")
]
CommentOption = Annotated[str, typer.Option("--comment", "-m", help="说明 / why")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="不再询问 / do not ask")]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="队列、号码、坐席、人员的发布 / publish queues, numbers, seats and people",
)


@app.command()
def show(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """输出现行配置（YAML），改后可再发布 / print the plan (YAML), to be changed and published."""

    async def work(office: Office) -> Json:
        return await office.plan()

    now = done(config, work)
    typer.echo(plan_file.write(now["revision"], now["plan"], as_json=as_json))


@app.command()
def check(file: FileArgument, *, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """检查一个文件，一次说明全部问题 / say everything wrong with a file."""
    checked = _checked(file, config)
    if as_json:
        typer.echo(json.dumps(checked, ensure_ascii=False))
    else:
        say_checked(checked)
    if checked["problems"]:
        sys.exit(FAILED)
    if not as_json:
        typer.echo("没有问题 / no problems", err=True)


@app.command()
def diff(file: FileArgument, *, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """发布此文件会改什么：+ 新增 - 删除 ~ 修改 / what publishing this file would change."""
    checked = _checked(file, config)
    if as_json:
        typer.echo(json.dumps(checked["changes"], ensure_ascii=False))
    elif checked["changes"]:
        typer.echo(changes_text(checked["changes"]))
    if checked["problems"]:
        say_checked(checked)
        sys.exit(FAILED)


@app.command()
def publish(
    file: FileArgument,
    comment: CommentOption = "",
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """在运行中的系统上发布，读回核对 / publish on the running system, read back."""
    revision, plan = _read(file)

    async def work(office: Office) -> Json | None:
        base = revision if revision is not None else (await office.plan())["revision"]
        return await published(office, base, plan, comment, yes=yes)

    if result := done(config, work):
        say_result(result, as_json=as_json)


@app.command()
def history(
    limit: Annotated[int, typer.Option(help="最多几条 / how many", min=1, max=200)] = 20,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """谁在什么时候发布了什么 / who published what and when."""

    async def work(office: Office) -> Json:
        return await office.revisions(limit)

    items = done(config, work)["items"]
    if as_json:
        typer.echo(json.dumps(items, ensure_ascii=False))
        return
    for one in items:
        undoes = f"  撤销 / undoes {one['undoes']}" if one["undoes"] else ""
        line = f"{one['revision']:>5}  {one['at']}  {one['by']}{undoes}  {one['comment']}"
        typer.echo(line.rstrip())
        if one["changes"]:
            typer.echo("       " + changes_text(one["changes"]).replace("\n", "\n       "))


@app.command()
def undo(
    revision: Annotated[int, typer.Argument(min=1)],
    comment: CommentOption = "",
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """撤销一次发布 / take one revision back."""
    asked = f"撤销第 {revision} 版？ / undo revision {revision}?"
    if not yes and not typer.confirm(asked, err=True):
        sys.exit(FAILED)

    async def work(office: Office) -> Json:
        return await office.undo(revision, comment)

    say_result(done(config, work), as_json=as_json)


@app.command()
def drift(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """电话系统实际运行的与发布的是否一致 / whether what runs is what was published."""

    async def work(office: Office) -> Json:
        return await office.drift()

    say_drift(done(config, work), as_json=as_json)


@app.command()
def mend(
    *, yes: YesOption = False, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """按现行配置修复差异 / publish the current revision again."""
    if not yes and not typer.confirm("现在修复？ / mend now?", err=True):
        sys.exit(FAILED)

    async def work(office: Office) -> Json:
        return await office.mend()

    say_drift(done(config, work), as_json=as_json)


def _read(file: str) -> tuple[int | None, Json]:
    """The revision and plan in a file; leaves with 1 or 2."""
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES) if file == "-" else Path(file).read_bytes()
        text = raw[:MOST_BYTES].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"无法读取 / cannot be read: {file}: {error}", err=True)
        sys.exit(2)

    try:
        return plan_file.read(text, file)
    except Invalid as wrong:
        say_problems(wrong.problems)
        sys.exit(FAILED)


def _checked(file: str, config: Path | None) -> Json:
    revision, plan = _read(file)

    async def work(office: Office) -> Json:
        base = revision if revision is not None else (await office.plan())["revision"]
        return await office.check(base, plan)

    return done(config, work)
