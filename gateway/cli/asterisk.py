"""``hotline asterisk``: the configuration for an Asterisk that somebody else runs."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from gateway.app.from_settings import opened_store, queues_of, recordings_of, seats_of
from gateway.app.telephone import ami_secrets
from gateway.cli.options import ConfigOption, settings_from, told
from gateway.telephony.asterisk_config import (
    AsteriskDirs,
    AsteriskPorts,
    AsteriskSecrets,
    render_asterisk,
)

USUAL_AMI_PORT, USUAL_AGI_PORT, USUAL_WS_PORT = 5038, 4573, 8088

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Asterisk 配置 / configuration")


@app.callback()
def asterisk() -> None:
    """已有 Asterisk 的配置 / for an Asterisk that is there already."""


@app.command()
def render(
    to: Annotated[Path, typer.Option("--to", help="写入此文件夹 / write into this folder")],
    *,
    config: ConfigOption = None,
) -> None:
    """写出全部配置文件（含密码，权限 600） / write every file; they hold passwords, mode 600."""
    settings = settings_from(config)
    given = settings.asterisk
    base = to.resolve()

    async def work() -> dict[str, str]:
        async with opened_store(settings) as store:
            return render_asterisk(
                settings,
                None,
                dirs=AsteriskDirs.under(base, recordings_of(settings)),
                secrets=AsteriskSecrets(
                    ami=ami_secrets(settings),
                    web=store.passwords.web_calls(),
                    phones=store.passwords,
                ),
                queues=await store.queues() or queues_of(settings),
                seats=[seat.number for seat in await store.seats()] or seats_of(settings),
                dids=[one.did for one in await store.numbers()] or None,
                ports=AsteriskPorts(
                    ami=given.ami_port or USUAL_AMI_PORT,
                    agi=given.agi_port or USUAL_AGI_PORT,
                    ws=given.ws_port or urlsplit(given.ws_url).port or USUAL_WS_PORT,
                ),
            )

    base.mkdir(parents=True, exist_ok=True)
    for name, text in told(work()).items():
        path = base / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        typer.echo(str(path))
