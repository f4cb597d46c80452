"""``hotline number``: what citizens dial."""

import json

import typer

from gateway.cli.office import Json, Office
from gateway.cli.options import ConfigOption, JsonOption
from gateway.cli.plan_one import PairsArgument, YesOption, change, row_of
from gateway.cli.plan_words import done

app = typer.Typer(add_completion=False, no_args_is_help=True, help="号码 / numbers")


@app.command("ls")
def list_(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """列出号码、队列、问候语、专线标签与来源 / list numbers, queues, greetings, tags, origins."""

    async def work(office: Office) -> Json:
        return await office.plan()

    rows = done(config, work)["plan"]["numbers"]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        tags = f"{row['tag'] or '-':<12} {row['origin'] or '-':<12}"
        typer.echo(
            f"{row['did']:<16} {row['queue']:<16} {row['greeting']:<20} {tags} {row['title_zh']}"
        )


@app.command()
def add(
    did: str,
    pairs: PairsArgument,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """新增号码并立即发布 / add a number, published at once."""
    change(config, "number", did, row_of("number", pairs), new=True, yes=yes, as_json=as_json)


@app.command("set")
def set_(
    did: str,
    pairs: PairsArgument,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """修改号码并立即发布 / change a number, published at once."""
    change(config, "number", did, row_of("number", pairs), new=False, yes=yes, as_json=as_json)


@app.command()
def rm(
    did: str,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """删除号码并立即发布 / remove a number, published at once."""
    change(config, "number", did, None, new=False, yes=yes, as_json=as_json)
