"""``hotline user``: who may log in."""

import json
import sys
from typing import Annotated

import typer

from gateway.app import opened_store
from gateway.cli.office import Json, Office
from gateway.cli.options import FAILED, ConfigOption, JsonOption, settings_from, told
from gateway.cli.plan_one import PairsArgument, YesOption, change, row_of
from gateway.cli.plan_words import done, published
from gateway.clock import SystemClock
from gateway.core.operator import Operator, Role
from gateway.core.plan import is_planned
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
    takes_calls = role in (Role.OPERATOR, Role.SUPERVISOR)

    async def work(office: Office) -> Json | None:
        now = await office.plan()
        plan = now["plan"]
        known = [queue["name"] for queue in plan["queues"]]
        person = {
            "login": login.strip().casefold(),
            "name": name.strip() or login,
            "role": role.value,
            "skills": dict.fromkeys(skill or known, 0) if takes_calls else {},
        }
        if any(one["login"] == person["login"] for one in plan["operators"]):
            typer.echo(f"✗ {login}: 已经有了 / is there already", err=True)
            sys.exit(FAILED)
        wanted = {**plan, "operators": [*plan["operators"], person]}
        return await published(office, now["revision"], wanted, "", yes=True)

    result = done(config, work)
    for first in result["first_logins"] if result else ():
        if as_json:
            typer.echo(json.dumps(first))
        else:
            typer.echo(f"{first['login']}  {first['password']}")
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
    row = {"active": False}
    change(config, "operator", login.casefold(), row, new=False, yes=True, as_json=False)
    typer.echo(f"{login}  停用 / disabled")


@app.command("set")
def set_(
    login: str,
    pairs: PairsArgument,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """修改姓名、角色、技能、启用 / change name, role, skills, active."""
    row = row_of("operator", pairs)
    change(config, "operator", login.casefold(), row, new=False, yes=yes, as_json=as_json)


@app.command()
def rm(
    login: str,
    *,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """删除账号；其记录保留 / remove a login; what it did stays on record."""
    change(config, "operator", login.casefold(), None, new=False, yes=yes, as_json=as_json)


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
        if is_planned(one) or one.simulated
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = "" if row["active"] else "  停用 / disabled"
        typer.echo(f"{row['login']:<16} {row['role']:<11} {row['name']}{state}")
