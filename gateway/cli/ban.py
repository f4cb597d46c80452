"""``hotline ban``: who is shut out of SIP for guessing passwords, and letting them in again."""

import json
import sys
from typing import Annotated

import typer

from gateway.app import opened_store
from gateway.cli.options import FAILED, ConfigOption, JsonOption, settings_from, told
from gateway.clock import SystemClock
from gateway.core.bans import Ban, source_of
from gateway.intake.guard import lifted, outside
from gateway.intake.views import moment

app = typer.Typer(add_completion=False, no_args_is_help=True, help="SIP 封禁 / SIP bans")


@app.command("ls")
def list_(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """列出被封禁的地址 / list who is shut out."""

    async def work() -> tuple[Ban, ...]:
        async with opened_store(settings_from(config)) as store:
            return await outside(store, SystemClock().now())

    bans = told(work())
    if as_json:
        rows = [
            {
                "source": b.source,
                "until": moment(b.until),
                "since": moment(b.since),
                "times": b.times,
            }
            for b in bans
        ]
        typer.echo(json.dumps(rows))
        return
    for ban in bans:
        typer.echo(
            f"{ban.source:<26} 至 / until {moment(ban.until)}  第 {ban.times} 次 / time {ban.times}"
        )
    if not bans:
        typer.echo("没有被封禁的地址 / nobody is shut out", err=True)


@app.command()
def lift(
    address: Annotated[str, typer.Argument(help="IP 地址 / an IP address")],
    *,
    config: ConfigOption = None,
) -> None:
    """解除封禁，运行中的热线几秒内生效 / let an address in again, within seconds."""
    source = source_of(address.partition("/")[0])
    if not source:
        typer.echo(
            "这不是 IP 地址；用 hotline ban ls 查看 / no IP address; see hotline ban ls", err=True
        )
        sys.exit(FAILED)

    async def work() -> bool:
        now = SystemClock().now()
        async with opened_store(settings_from(config)) as store:
            if source not in {ban.source for ban in await outside(store, now)}:
                return False
            await store.record(lifted(source, now))
            return True

    if not told(work()):
        typer.echo(
            f"{source} 没有被封禁；用 hotline ban ls 查看 / is not shut out; see hotline ban ls",
            err=True,
        )
        sys.exit(FAILED)
    typer.echo(f"{source} 已解除 / is let in again")
