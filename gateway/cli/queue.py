"""``hotline queue``: the kinds of waiting."""

import json

import typer

from gateway.app import opened_store
from gateway.cli.options import ConfigOption, JsonOption, settings_from, told
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
