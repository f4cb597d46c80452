"""``hotline serve``: run the gateway until it is told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Annotated

import typer

from config.errors import ConfigError
from config.settings import Settings
from gateway import log
from gateway.app import Gateway, Invitation, OurAsterisk, keep, open_gateway
from gateway.app.invitation import MAX_BYTES
from gateway.app.notices import Notifier
from gateway.app.watchdog import watched
from gateway.cli.options import ConfigOption, settings_from
from gateway.core.errors import HotlineError
from gateway.provision.asterisk_copy import find_program
from gateway.provision.edge_copy import find_edge
from gateway.provision.places import here

app = typer.Typer(add_completion=False)

UNREACHABLE = 3


@app.command()
def serve(
    *,
    config: ConfigOption = None,
    invited: Annotated[bool, typer.Option("--invited", hidden=True)] = False,
) -> None:
    """启动网关，一切须已就绪 / run the gateway; everything must have been set up before."""
    settings = settings_from(config)
    if invited:
        told = Invitation.from_json(sys.stdin.buffer.read(MAX_BYTES))
        sys.exit(_run(lambda stop: _gateway(settings, told, stop)))
    ours = None
    if settings.asterisk.managed:
        ours = OurAsterisk(
            program=find_program(here()),
            prompts=here().media / "sounds" / "hotline",
            music=here().media / "moh",
            edge=find_edge(here()) if settings.edge.enabled else None,
        )
    run_up(settings, ours, config)


def run_up(settings: Settings, ours: OurAsterisk | None, config: Path | None) -> None:
    """Run until SIGINT or SIGTERM; leaves by SystemExit with 3 when a part does not open.

    With an Asterisk of ours this process is the keeper and the gateway its child.
    """
    if ours is None:
        sys.exit(_run(lambda stop: _gateway(settings, None, stop)))
    named = ("--config", str(config.resolve())) if config else ()
    command = (sys.executable, "-P", "-m", "gateway", "serve", "--invited", *named)
    sys.exit(_run(lambda stop: _keep(settings, ours, command, stop)))


def _run(work: Callable[[asyncio.Event], Coroutine[None, None, int]]) -> int:
    log.set_up(json_lines=not sys.stderr.isatty())
    try:
        return asyncio.run(_until_stopped(work))
    except (HotlineError, ConfigError) as fault:
        typer.echo(f"错误 / error: {fault}", err=True)
        return UNREACHABLE


async def _until_stopped(work: Callable[[asyncio.Event], Coroutine[None, None, int]]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    return await work(stop)


def _step(zh: str, en: str) -> None:
    typer.echo(f"      {zh} / {en} ...", err=True)


async def _keep(
    settings: Settings, ours: OurAsterisk, command: Sequence[str], stop: asyncio.Event
) -> int:
    notifier = Notifier.of(os.environ)
    code = await keep(settings, ours, command, stop, _step, notifier=notifier)
    if code == 0:
        typer.echo("已全部停止 / all stopped", err=True)
    return code


async def _gateway(settings: Settings, invitation: Invitation | None, stop: asyncio.Event) -> int:
    with watched(Notifier.of(os.environ)) as watchdog:

        def step(zh: str, en: str) -> None:
            _step(zh, en)
            watchdog.told(zh, en)

        async with open_gateway(settings, invitation, step) as gateway:
            watchdog.ready()
            typer.echo(welcome(gateway, settings), err=True)
            await stop.wait()
            watchdog.stopping()
            typer.echo("\n正在按步骤停止 / stopping step by step", err=True)
    return 0


def welcome(gateway: Gateway, settings: Settings) -> str:
    """What a newcomer needs: pages, logins (once), the SIP address."""
    number = settings.number[0].did
    lines = [
        "",
        f"  {settings.site.name_zh} 已启动 / is up",
        "",
        f"  市民页面 / citizen's page   {gateway.url}/",
        f"  坐席工作台 / console        {gateway.url}/console",
        f"  SIP 电话或中继 / SIP        sip:{number}@{gateway.sip}",
    ]
    lines += [
        f"  首次登录 / first login      {login.login:<9} {login.password}"
        f"   ({login.role.value}; 仅显示一次 / shown once)"
        for login in gateway.first_logins
    ]
    if not gateway.first_logins:
        lines.append("  忘记密码 / lost password    ./hotline user reset LOGIN")
    lines += ["", "  按 Ctrl-C 停止 / Ctrl-C stops", ""]
    return "\n".join(lines)
