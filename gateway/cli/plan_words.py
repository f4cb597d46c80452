"""What the plan's commands print: a diff with + - ~, every problem at once, tables."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import typer

from gateway.cli.office import Office, Refused, open_office
from gateway.cli.options import FAILED, UNREACHABLE, settings_from
from gateway.core.drift import PublishFailed
from gateway.core.errors import HotlineError, Invalid, Problem
from gateway.core.plan_diff import in_words
from gateway.core.publishing import UndoBlocked, explained

Json = dict[str, Any]
T = TypeVar("T")
SIGN = {"add": "+", "remove": "-", "change": "~"}
CONFLICT = 409
AWAY = (502, 503, 504)


def done(config: Path | None, work: Callable[[Office], Awaitable[T]]) -> T:
    """Do it and give its answer; every fault becomes sentences and an exit code (1, 3)."""

    async def whole() -> T:
        async with open_office(settings_from(config)) as office:
            return await work(office)

    try:
        return asyncio.run(whole())
    except Refused as refused:
        typer.echo(f"错误 / error: {refused.title}", err=True)
        say_problems(refused.problems)
        sys.exit(UNREACHABLE if refused.status in AWAY else FAILED)
    except Invalid as refused:
        say_problems(refused.problems)
        sys.exit(FAILED)
    except UndoBlocked as blocked:
        say_problems(blocked.problems())
        sys.exit(FAILED)
    except PublishFailed as failed:
        say_problems((explained(failed),))
        sys.exit(UNREACHABLE)
    except (aiohttp.ClientError, TimeoutError) as away:
        typer.echo(f"错误 / error: 网关没有回答 / no answer: {type(away).__name__}", err=True)
        sys.exit(UNREACHABLE)
    except HotlineError as fault:
        typer.echo(f"错误 / error: {fault}", err=True)
        sys.exit(UNREACHABLE if fault.retryable else FAILED)


def say_problems(problems: Iterable[Problem]) -> None:
    """All of them."""
    for one in problems:
        typer.echo(f"✗ {one.pointer}: {one.zh} / {one.en}", err=True)


def say_checked(checked: Json) -> None:
    """Problems and warnings on stderr."""
    for sign, name in (("✗", "problems"), ("!", "warnings")):
        for one in checked[name]:
            typer.echo(f"{sign} {one['path']}: {one['zh']} / {one['en']}", err=True)


def changes_text(changes: Iterable[Json]) -> str:
    """A line for each change."""
    lines = []
    for one in changes:
        what = f"{SIGN[one['action']]} {one['kind']} {one['name']}"
        before = in_words(one["field"], one["before"])
        after = in_words(one["field"], one["after"])
        if one["action"] == "change":
            lines.append(f"{what}  {one['field']}: {before or '∅'} → {after or '∅'}")
        else:
            lines.append(f"{what}  ({after or before})")
    return "\n".join(lines)


def say_result(result: Json, *, as_json: bool) -> None:
    """What came of a publish: the revision, and passwords this once."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    number = result["revision"]
    typer.echo(f"已发布第 {number} 版 / revision {number} is published", err=True)
    for one in result["first_logins"]:
        typer.echo(f"{one['login']}  {one['password']}")
    if result["first_logins"]:
        typer.echo("密码仅显示这一次 / the passwords are shown this once", err=True)


def say_drift(drift: Json, *, as_json: bool) -> None:
    """In step or not: exit code 0 or 1."""
    if as_json:
        typer.echo(json.dumps(drift, ensure_ascii=False))
    elif drift["in_step"]:
        typer.echo("与发布一致 / in step")
    for one in () if as_json else drift["differences"]:
        what = " ".join(part for part in (one["kind"], one["name"], one["field"]) if part)
        typer.echo(f"~ {what}: {one['published'] or '∅'} → {one['running'] or '∅'}")
    if not drift["in_step"]:
        sys.exit(FAILED)


async def published(
    office: Office, base: int, plan: Json, comment: str, *, yes: bool
) -> Json | None:
    """Show the diff, ask, publish; None when there is nothing to do. Raises Invalid, Refused."""
    checked = await office.check(base, plan)
    say_checked(checked)
    if checked["problems"]:
        sys.exit(FAILED)
    if not checked["changes"]:
        typer.echo("没有改动 / nothing changes", err=True)
        return None
    typer.echo(changes_text(checked["changes"]), err=True)
    if not yes and not typer.confirm("现在发布？ / publish now?", err=True):
        sys.exit(FAILED)
    return await office.publish(base, plan, comment)
