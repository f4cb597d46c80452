"""``hotline seat``: the places where operators sit."""

import json
from typing import Annotated

import typer

from gateway.app import opened_store
from gateway.cli.options import ConfigOption, JsonOption, settings_from, told
from gateway.cli.plan_one import PairsArgument, YesOption, change, row_of
from gateway.core.line import PhoneKind
from gateway.core.operator import Operator
from gateway.core.seat import Seat

app = typer.Typer(add_completion=False, no_args_is_help=True, help="坐席 / seats")


@app.callback()
def seat() -> None:
    """坐席 / seats."""


@app.command("ls")
def list_(
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    phone_passwords: Annotated[
        bool, typer.Option(help="显示桌面话机的密码 / show the desk phones' passwords")
    ] = False,
) -> None:
    """列出坐席、状态与话机账号 / list the seats, their states and phone accounts."""

    async def work() -> tuple[tuple[Seat, ...], tuple[Operator, ...], list[str]]:
        async with opened_store(settings_from(config)) as store:
            seats = await store.seats()
            secret = [store.passwords.password(one.number, PhoneKind.DESK) for one in seats]
            return seats, await store.operators(), secret

    seats, operators, passwords = told(work())
    names = {one.id: one.name for one in operators}
    rows = []
    for one, password in zip(seats, passwords, strict=True):
        row = {
            "number": one.number,
            "state": one.state.value,
            "operator": names.get(one.operator_id, ""),
            "desk_phone": f"desk-{one.number}",
        }
        rows.append(row | ({"password": password} if phone_passwords else {}))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        line = f"{row['number']}  {row['state']:<12} {row['desk_phone']:<12} {row['operator']}"
        typer.echo(f"{line}  {row.get('password', '')}".rstrip())


@app.command()
def add(
    number: str,
    title: Annotated[str, typer.Option(help="名称 / title")] = "",
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """新增坐席并立即发布 / add a seat, published at once."""
    change(config, "seat", number, {"title": title}, new=True, yes=yes, as_json=as_json)


@app.command("set")
def set_(
    number: str,
    pairs: PairsArgument,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """修改坐席并立即发布 / change a seat, published at once."""
    change(config, "seat", number, row_of("seat", pairs), new=False, yes=yes, as_json=as_json)


@app.command()
def rm(
    number: str,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """删除坐席并立即发布 / remove a seat, published at once."""
    change(config, "seat", number, None, new=False, yes=yes, as_json=as_json)
