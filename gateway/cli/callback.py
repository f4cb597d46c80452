"""``hotline callback``: who is to be called back. A number is shown masked only."""

from __future__ import annotations

import json

import typer

from gateway.app import opened_store
from gateway.cli.options import ConfigOption, JsonOption, settings_from, told
from gateway.core.callback import LISTED, Callback
from gateway.intake.views import callback_view

MOST = 5_000

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="待回拨 / who is to be called back"
)


@app.callback()
def main() -> None:
    """待回拨 / who is to be called back."""


@app.command("ls")
def list_(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """列出待回拨的市民，紧急的在前，其次等得最久的 / list them, emergencies first."""

    async def work() -> list[Callback]:
        async with opened_store(settings_from(config)) as store:
            return [
                one for state in LISTED for one in await store.callbacks(state=state, limit=MOST)
            ]

    views = [callback_view(one) for one in told(work())]
    views.sort(key=lambda one: (one["state"] != "open", not one["emergency"], one["since"]))
    if as_json:
        typer.echo(json.dumps(views))
        return
    for one in views:
        urgent = "紧急 / emergency  " if one["emergency"] else ""
        typer.echo(
            f"{one['since']}  {one['number_masked'] or '-':<13} {one['reason']:<10} "
            f"{one['state']:<6} {urgent}已拨 / called {one['tries']}"
        )
    if not views:
        typer.echo("没有待回拨的市民 / nobody is to be called back", err=True)
