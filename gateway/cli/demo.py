"""``hotline demo``: an ordinary day of simulated people on the running hotline."""

import asyncio
import contextlib
import random
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from rich.console import Console as Screen
from rich.live import Live
from rich.table import Table

from config.settings import Settings
from gateway.app import opened_store
from gateway.cli.options import ConfigOption, settings_from, told
from gateway.cli.simulate_call import StoreBackstage
from gateway.cli.simulation import alone, cannot_begin
from gateway.doctor.running import near, web_address
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import Places, here
from gateway.provision.prompts import make_prompts, read_prompts
from gateway.provision.tools import speech_tools
from gateway.simulate.day import Day, Seen
from gateway.simulate.demo import live
from gateway.simulate.errors import PhoneError
from gateway.store.wall_link import WallLink

VOICES_FILE = Path("config") / "prompts" / "demo.toml"
REFRESH_SECONDS = 0.5
VISITOR = "demo"
WRITES = (
    "  还有市民在网页上写消息和留言（都标有【模拟】）\n"
    "  others write on the web page and its form, each marked 【模拟】"
)

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    *,
    seats: Annotated[int, typer.Option(min=1, max=50, help="模拟坐席数 / operators")] = 5,
    load: Annotated[
        float, typer.Option(min=0.05, max=3, help="忙碌程度，1 为刚好忙满 / 1: just fully busy")
    ] = 0.85,
    talk: Annotated[float, typer.Option(min=2, max=600, help="平均通话秒数 / mean talk")] = 25,
    write: Annotated[
        float,
        typer.Option(min=0, max=3, help="每个来电配几个书面会话，0：没有 / chats for each call"),
    ] = 0.5,
    minutes: Annotated[float, typer.Option(min=0, help="多少分钟后结束，0：直到 Ctrl-C")] = 0,
    config: ConfigOption = None,
) -> None:
    """让模拟市民打电话、写消息、留言，模拟坐席接听和回复；Ctrl-C 结束.

    Simulated citizens call and write to the running hotline, simulated operators answer; watch the
    console and the wall.
    退出码 / exit code: 0 已结束 / done, 3 网关未运行 / not running.
    """
    settings = settings_from(config)
    try:
        voices = _voices(here())
    except (NotReady, ProgramFailed) as missing:
        typer.echo(str(missing), err=True)
        sys.exit(1)
    day = Day(
        url=web_address(settings),
        sip=(near(settings.asterisk.sip_host), settings.asterisk.sip_port),
        dids=[one.did for one in settings.number],
        seats=seats,
        load=load,
        talk_seconds=talk,
        wrap_up_seconds=talk / 5,
        writes=write,
        typing_seconds=talk / 5,
        citizen_voices=[path for path in voices if path.stem.startswith("citizen")],
        operator_voices=[path for path in voices if path.stem.startswith("operator")],
    )
    sys.exit(told(_run(settings, day, minutes * 60)))


def _voices(places: Places) -> Sequence[Path]:
    """What the people say, spoken anew when the text changed."""
    folder = places.media / "demo"
    prompts = read_prompts((places.checkout / VOICES_FILE).read_text(encoding="utf-8"))
    make_prompts(prompts, folder, None, lambda: speech_tools(places))
    return [folder / f"{prompt.name}.wav" for prompt in prompts]


async def _run(settings: Settings, day: Day, seconds: float) -> int:
    seen, code = Seen(), 0
    try:
        async with (
            opened_store(settings) as store,
            alone(settings.data_dir),
            asyncio.TaskGroup() as tasks,
        ):
            backstage = StoreBackstage(store)
            password = await backstage.add_operator(VISITOR)
            try:
                wall = f"{day.url}/wall#{WallLink(store.passwords, settings.data_dir).token()}"
                typer.echo(welcome(day, wall, password), err=True)
                dice = random.Random()  # noqa: S311 - an ordinary day is no secret
                stop = asyncio.Event()
                shown = tasks.create_task(_show(seen))
                ending = tasks.create_task(_end(seconds, stop))
                await live(day, backstage, seen, dice, stop)
                shown.cancel()
                ending.cancel()
            finally:
                await backstage.remove_operator(VISITOR)
    except* (PhoneError, aiohttp.ClientError) as gone:
        why, code = cannot_begin(gone.exceptions[0], day.url)
        typer.echo(why, err=True)
    else:
        typer.echo("演示结束，模拟账号已停用 / over; the simulated logins are gone", err=True)
    return code


async def _end(seconds: float, stop: asyncio.Event) -> None:
    """Ctrl-C, or the time is over."""
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds or None):
            await stop.wait()
    stop.set()


def welcome(day: Day, wall: str, password: str) -> str:
    """Where to look, and a login to join in with."""
    return "\n".join(
        [
            "",
            f"  演示进行中：{day.seats} 个模拟坐席，平均每 {day.pause_seconds:.0f} 秒一个来电",
            f"  the demo runs: {day.seats} simulated seats, a call every {day.pause_seconds:.0f} s",
            *([WRITES] if day.writes else ()),
            "",
            f"  大屏 / wallboard            {wall}",
            f"  坐席工作台 / console        {day.url}/console",
            f"  市民写消息 / write as a citizen   {day.url}/chat",
            f"  一起接电话 / join in        {VISITOR}  {password}",
            "  （登录工作台，选坐席，上线、示闲 / log in, choose a seat, 上线, 示闲）",
            "",
            "  按 Ctrl-C 结束 / Ctrl-C ends it",
            "",
        ]
    )


async def _show(seen: Seen) -> None:
    screen = Screen(stderr=True)
    if not screen.is_terminal:
        return
    with Live(table(seen), console=screen, auto_refresh=False) as shown:
        while True:
            shown.update(table(seen), refresh=True)
            await asyncio.sleep(REFRESH_SECONDS)


def table(seen: Seen) -> Table:
    """What has happened so far."""
    shown = Table(show_header=False)
    for name, value in (
        ("来电 / calls", seen.calls),
        ("正在电话上 / on the phone", seen.on_the_phone),
        ("模拟坐席接听的来电 / calls answered by simulated seats", seen.answered),
        ("没等到或先挂 / hung up first", seen.gave_up),
        ("未接通 / refused", seen.refused),
        ("网页会话（个） / conversations on the web", seen.conversations),
        ("网上留言 / forms", seen.forms),
        ("模拟坐席回复（条） / messages from simulated seats", seen.replies),
        ("已办结的会话和留言 / conversations and forms closed", seen.written_out),
        ("没能提交 / turned away", seen.turned_away),
    ):
        shown.add_row(name, str(value))
    return shown
