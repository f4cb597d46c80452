"""``hotline simulate-call``: try the running hotline with simulated citizens and operators."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import aiohttp
import typer
from rich.console import Console as Screen
from rich.live import Live
from rich.table import Table

from config.settings import Settings
from gateway.app import opened_store
from gateway.cli.options import ConfigOption, JsonOption, settings_from, told
from gateway.cli.simulation import alone, cannot_begin
from gateway.clock import SystemClock
from gateway.core.errors import AlreadyTaken
from gateway.core.line import PhoneKind
from gateway.core.operator import Role
from gateway.core.queue import FALLBACK
from gateway.intake.accounts import Accounts
from gateway.intake.passwords import Hashing, made_up
from gateway.simulate.errors import PhoneError
from gateway.simulate.mix import STEADY, busy_hour
from gateway.simulate.phone import close_tasks
from gateway.simulate.scenario import Backstage, Plan, simulate
from gateway.simulate.tally import Tally, percentile
from gateway.store.store import SqlStore

SOME_FAILED = 4
REFRESH_SECONDS = 0.25

app = typer.Typer(add_completion=False)


class Habit(StrEnum):
    """How the simulated people behave."""

    STEADY = "steady"
    BUSY_HOUR = "busy-hour"


class StoreBackstage:
    """``Backstage`` on the gateway's own store; only on the gateway's own machine."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._accounts = Accounts(store, SystemClock())

    async def add_operator(self, login: str) -> str:
        """Made, or taken up again from an earlier run; never a real person's."""
        queues = await self._store.queues()
        skills = {queue.name: 0 for queue in queues if queue.name != FALLBACK}
        name = f"模拟 {login}"
        try:
            _, password = await self._accounts.add(
                login, name, Role.OPERATOR, skills, simulated=True
            )
        except AlreadyTaken:
            operator = await self._store.operator_by_login(login)
            if operator is None or not operator.simulated:
                raise
            password = made_up()
            hashed = await Hashing().hash(password)
            await self._store.record(
                replace(operator, active=True, password_hash=hashed, skills=skills)
            )
        return password

    async def left_over(self, prefix: str) -> Sequence[tuple[str, str]]:
        """Whom a run that was killed has left at a seat: login and seat."""
        operators = {one.id: one for one in await self._store.operators() if one.simulated}
        sitting = [
            (operators.get(one.operator_id), one.number) for one in await self._store.seats()
        ]
        return [(who.login, seat) for who, seat in sitting if who and who.login.startswith(prefix)]

    async def remove_operator(self, login: str) -> None:
        """停用."""
        await self._accounts.disable(login)

    def seat_password(self, seat: str) -> str:
        """As the telephone system knows it."""
        return self._store.passwords.password(seat, PhoneKind.DESK)


@app.command()
def simulate_call(
    *,
    calls: Annotated[int, typer.Option("--n", "-n", min=1, max=10_000, help="来电数 / calls")] = 50,
    rate: Annotated[float, typer.Option(min=0.1, max=200, help="每秒几个 / calls a second")] = 5,
    seats: Annotated[int, typer.Option(min=1, max=99, help="模拟坐席数 / operators")] = 10,
    talk: Annotated[float, typer.Option(min=0, help="通话几秒 / seconds of talk")] = 5,
    patience: Annotated[
        float, typer.Option(min=1, help="最多等几秒 / seconds a citizen waits")
    ] = 120,
    mix: Annotated[
        Habit, typer.Option(help="行为：平稳，或忙时的种种意外 / steady, or as in a busy hour")
    ] = Habit.STEADY,
    seed: Annotated[
        int, typer.Option(min=0, help="忙时的随机种子，可重现 / the busy hour's seed, repeatable")
    ] = 1,
    url: Annotated[str, typer.Option(help="网关网址 / the gateway's address")] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """模拟市民来电与坐席接听，给出统计 / simulated citizens call, simulated seats answer.

    退出码 / exit code: 0 全部正常 / all well, 4 有失败 / some failed, 3 网关未运行 / not running.
    """
    settings = settings_from(config)
    plan = Plan(
        url=url
        or settings.web.public_url
        or f"http://{_near(settings.web.host)}:{settings.web.port}",
        sip=(_near(settings.asterisk.sip_host), settings.asterisk.sip_port),
        did=settings.number[0].did,
        calls=calls,
        rate=rate,
        seats=seats,
        talk_seconds=talk,
        patience_seconds=patience,
        mix=busy_hour(seed) if mix is Habit.BUSY_HOUR else STEADY,
    )
    tally = Tally()
    told(_run(settings, plan, tally, shown=not as_json))
    if as_json:
        typer.echo(json.dumps(tally.as_json(), ensure_ascii=False))
    if not tally.went_well:
        sys.exit(SOME_FAILED)


async def _run(settings: Settings, plan: Plan, tally: Tally, *, shown: bool) -> None:
    try:
        async with _backstage(settings) as backstage, _showing(tally, shown=shown):
            await simulate(plan, backstage, tally)
    except (PhoneError, aiohttp.ClientError) as error:
        why, code = cannot_begin(error, f"{plan.url} sip:{plan.sip[0]}:{plan.sip[1]}")
        typer.echo(why, err=True)
        sys.exit(code)


@asynccontextmanager
async def _backstage(settings: Settings) -> AsyncIterator[Backstage]:
    async with opened_store(settings) as store, alone(settings.data_dir):
        yield StoreBackstage(store)


@asynccontextmanager
async def _showing(tally: Tally, *, shown: bool) -> AsyncIterator[None]:
    """A table on the terminal, kept fresh, and left there at the end."""
    if not shown:
        yield
        return
    with Live(table(tally), console=Screen(), auto_refresh=False) as live:
        tasks = asyncio.TaskGroup()
        await tasks.__aenter__()
        fresh = tasks.create_task(_keep_fresh(lambda: live.update(table(tally), refresh=True)))
        try:
            yield
        finally:
            fresh.cancel()
            live.update(table(tally), refresh=True)
            await close_tasks(tasks, None, None, None)


async def _keep_fresh(draw: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        draw()


def table(tally: Tally) -> Table:
    """The numbers so far, for people."""
    shown = Table(title="模拟来电 / simulated calls", show_header=False)
    rows: list[tuple[str, object]] = [
        ("已拨打 / started", tally.started),
        ("等待 / waiting", tally.waiting),
        ("通话中 / talking", tally.talking),
        ("已接听 / answered", tally.answered),
        ("放弃 / abandoned", tally.abandoned),
        ("失败 / failed", tally.failed),
        ("中断 / cut", tally.cut),
        ("断电 / vanished", tally.vanished),
        ("坐席未接 / declined rings", tally.declined),
        ("重复占用 / doubled", tally.doubled),
        ("错误弹屏 / wrong pops", tally.wrong_pops),
        ("缺失弹屏 / missing pops", tally.missing_pops),
        ("接听秒数 / answer s  p50 p95 p99", _three(tally.answer_seconds)),
        ("弹屏秒数 / pop s  p50 p95 p99", _three(tally.pop_seconds)),
    ]
    for name, value in rows:
        shown.add_row(name, str(value))
    for reason, count in tally.why.items():
        shown.add_row(f"  {reason}", str(count))
    return shown


def _three(values: list[float]) -> str:
    found = [percentile(values, share) for share in (0.5, 0.95, 0.99)]
    return "  ".join("-" if value is None else f"{value:.3f}" for value in found)


def _near(host: str) -> str:
    """Where we reach something that listens everywhere."""
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host
