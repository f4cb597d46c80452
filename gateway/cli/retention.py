"""``hotline retention``: what is older than it may be kept, and its end."""

import sys
from typing import Annotated

import typer

from config.settings import Settings
from gateway.app import opened_store
from gateway.app.from_settings import retention_of
from gateway.cli.options import FAILED, ConfigOption, settings_from, told
from gateway.core.retention import DataClass, Expiring
from gateway.intake.retention import Applied
from gateway.intake.views import moment

NAMES = {
    DataClass.RECORDINGS: "录音 / recordings",
    DataClass.TRANSCRIPTS: "转写 / transcripts",
    DataClass.MESSAGES: "消息与附件 / messages and files",
    DataClass.CENTRES: "分中心摘要 / sub-centres' summaries",
}
EVERY = 100
"""Contacts between two lines of progress."""

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="保存期限 / how long data is kept"
)


@app.command()
def plan(*, config: ConfigOption = None) -> None:
    """各类数据中已超过保存期限的数量 / what is older than it may be, by class."""
    _show(told(_plan(settings_from(config))))


@app.command()
def apply(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只显示，不销毁 / only show, shred nothing")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 / do not ask")] = False,
    config: ConfigOption = None,
) -> None:
    """销毁超过保存期限的数据，不可恢复 / shred what is too old; nothing brings it back."""
    settings = settings_from(config)
    planned = told(_plan(settings))
    _show(planned)
    if dry_run or not any(one.contacts for one in planned):
        return
    question = "销毁以上数据？不可恢复 / shred all of this? Nothing brings it back"
    if not yes and not typer.confirm(question, err=True):
        typer.echo("没有销毁任何数据 / nothing was shredded", err=True)
        sys.exit(FAILED)
    done = told(_apply(settings))
    for one in done:
        typer.echo(
            f"{NAMES[one.what]}: 已销毁 {one.contacts} 条接触、{one.files} 个文件 / "
            f"{one.contacts} contacts and {one.files} files shredded"
        )
    if any(one.left for one in done):
        left = sum(one.left for one in done)
        typer.echo(
            f"{left} 条接触的文件无法删除，请检查文件夹权限后再运行 / the files of {left} contacts "
            "could not be deleted: look at the folder's rights and run this again",
            err=True,
        )
        sys.exit(FAILED)


async def _plan(settings: Settings) -> tuple[Expiring, ...]:
    async with opened_store(settings) as store:
        return await retention_of(settings, store).plan()


async def _apply(settings: Settings) -> tuple[Applied, ...]:
    def progress(what: DataClass, contacts: int) -> None:
        if contacts % EVERY == 0:
            typer.echo(f"{NAMES[what]}: {contacts}", err=True)

    async with opened_store(settings) as store:
        return await retention_of(settings, store).apply(progress)


def _show(planned: tuple[Expiring, ...]) -> None:
    by_class = {one.what: one for one in planned}
    for what, name in NAMES.items():
        one = by_class.get(what)
        if one is None:
            typer.echo(f"{name}: 永久保存 / kept for ever")
            continue
        line = f"{name}: {moment(one.before)} 之前 / before: {one.contacts}"
        if one.contacts:
            line += f" ({moment(one.oldest)} … {moment(one.newest)})"
        typer.echo(line)
