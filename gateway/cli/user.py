"""``hotline user``: who may log in."""

import json
from typing import Annotated

import typer

from gateway.app import opened_store
from gateway.cli.options import ConfigOption, JsonOption, settings_from, told
from gateway.clock import SystemClock
from gateway.core.operator import Operator, Role
from gateway.core.queue import FALLBACK
from gateway.intake.accounts import Accounts

app = typer.Typer(add_completion=False, no_args_is_help=True, help="登录账号 / logins")


@app.command()
def add(
    login: str,
    name: Annotated[str, typer.Option(help="姓名 / name")] = "",
    role: Annotated[Role, typer.Option(help="角色 / role")] = Role.OPERATOR,
    skill: Annotated[
        list[str] | None, typer.Option(help="队列名，可多次；默认全部 / a queue; default all")
    ] = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """新建账号，显示一次密码 / make a login and show its password once."""

    async def work() -> tuple[Operator, str]:
        async with opened_store(settings_from(config)) as store:
            known = [queue.name for queue in await store.queues() if queue.name != FALLBACK]
            unknown = sorted(set(skill or ()) - set(known))
            if unknown:
                raise typer.BadParameter(
                    f"没有队列 / no such queue: {', '.join(unknown)} ({', '.join(known)})"
                )
            takes_calls = role in (Role.OPERATOR, Role.SUPERVISOR)
            skills = dict.fromkeys(skill or known, 0) if takes_calls else {}
            return await Accounts(store, SystemClock()).add(login, name, role, skills)

    operator, password = told(work())
    if as_json:
        typer.echo(json.dumps({"login": operator.login, "password": password}))
    else:
        typer.echo(f"{operator.login}  {password}")
        typer.echo("密码仅显示这一次 / the password is shown this once", err=True)


@app.command()
def reset(login: str, *, config: ConfigOption = None) -> None:
    """重设密码，显示一次 / make a new password and show it once."""

    async def work() -> str:
        async with opened_store(settings_from(config)) as store:
            return await Accounts(store, SystemClock()).reset_password(login)

    typer.echo(f"{login}  {told(work())}")


@app.command()
def disable(login: str, *, config: ConfigOption = None) -> None:
    """停用账号并结束其所有登录 / end a login and all its sessions."""

    async def work() -> Operator:
        async with opened_store(settings_from(config)) as store:
            return await Accounts(store, SystemClock()).disable(login)

    typer.echo(f"{told(work()).login}  停用 / disabled")


@app.command("ls")
def list_(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """列出账号 / list the logins."""

    async def work() -> tuple[Operator, ...]:
        async with opened_store(settings_from(config)) as store:
            return await store.operators()

    rows = [
        {
            "login": one.login,
            "name": one.name,
            "role": one.role.value,
            "active": one.active,
            "skills": dict(one.skills),
        }
        for one in told(work())
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = "" if row["active"] else "  停用 / disabled"
        typer.echo(f"{row['login']:<16} {row['role']:<11} {row['name']}{state}")
