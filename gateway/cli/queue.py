"""``hotline queue``: the kinds of waiting."""

import json

import typer

from gateway.app import opened_store
from gateway.cli.options import ConfigOption, JsonOption, settings_from, told
from gateway.cli.plan_one import PairsArgument, YesOption, change, row_of
from gateway.core.call import Call, CallState
from gateway.core.queue import Queue

app = typer.Typer(add_completion=False, no_args_is_help=True, help="队列 / queues")


@app.callback()
def queue() -> None:
    """队列 / queues."""


@app.command("ls")
def list_(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """列出队列与等待人数 / list the queues and who waits."""

    async def work() -> tuple[tuple[Queue, ...], tuple[Call, ...]]:
        async with opened_store(settings_from(config)) as store:
            return await store.queues(), await store.open_calls()

    queues, calls = told(work())
    waiting = (CallState.WAITING, CallState.OFFERED)
    rows = [
        {
            "name": one.name,
            "title_zh": one.title_zh,
            "title_en": one.title_en,
            "key": one.key,
            "waiting": sum(1 for c in calls if c.queue == one.name and c.state in waiting),
        }
        for one in queues
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['name']:<16} 等待 / waiting {row['waiting']:<4} {row['title_zh']}")


@app.command()
def add(
    name: str,
    pairs: PairsArgument,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """新增队列并立即发布 / add a queue, published at once."""
    change(config, "queue", name, row_of("queue", pairs), new=True, yes=yes, as_json=as_json)


@app.command("set")
def set_(
    name: str,
    pairs: PairsArgument,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """修改队列并立即发布 / change a queue, published at once."""
    change(config, "queue", name, row_of("queue", pairs), new=False, yes=yes, as_json=as_json)


@app.command()
def rm(
    name: str,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """删除队列并立即发布 / remove a queue, published at once."""
    change(config, "queue", name, None, new=False, yes=yes, as_json=as_json)
