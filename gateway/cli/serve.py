"""``hotline serve``: run the gateway until it is told to stop."""

import asyncio
import signal
import sys

import typer

from config.errors import ConfigError
from config.settings import Settings
from gateway import log
from gateway.app import Gateway, OurAsterisk, open_gateway
from gateway.cli.options import ConfigOption, settings_from
from gateway.core.errors import HotlineError
from gateway.provision.asterisk_copy import find_program
from gateway.provision.places import here

app = typer.Typer(add_completion=False)

UNREACHABLE = 3


@app.command()
def serve(config: ConfigOption = None) -> None:
    """启动网关，一切须已就绪 / run the gateway; everything must have been set up before."""
    settings = settings_from(config)
    places = here()
    ours = None
    if settings.asterisk.managed:
        ours = OurAsterisk(
            program=find_program(places),
            prompts=places.media / "sounds" / "hotline",
            music=places.media / "moh",
        )
    run_up(settings, ours)


def run_up(settings: Settings, ours: OurAsterisk | None) -> None:
    """Run until SIGINT or SIGTERM; leaves by SystemExit with 3 when a part does not open."""
    log.set_up(json_lines=not sys.stderr.isatty())
    try:
        asyncio.run(_until_stopped(settings, ours))
    except (HotlineError, ConfigError) as fault:
        typer.echo(f"错误 / error: {fault}", err=True)
        sys.exit(UNREACHABLE)


async def _until_stopped(settings: Settings, ours: OurAsterisk | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)

    def step(zh: str, en: str) -> None:
        typer.echo(f"      {zh} / {en} ...", err=True)

    async with open_gateway(settings, ours, step) as gateway:
        typer.echo(welcome(gateway, settings), err=True)
        await stop.wait()
        typer.echo(
            "\n正在停止：先停网页，再停电话 / stopping: the web first, then the telephone", err=True
        )
    typer.echo("已全部停止 / all stopped", err=True)


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
