"""``hotline service``: the unit with which systemd runs the hotline."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from config.errors import ConfigError
from gateway.app.units import unit, unit_name
from gateway.cli.options import FAILED, ConfigOption, settings_from
from gateway.provision.places import here

UNITS = Path("/etc/systemd/system")

app = typer.Typer(add_completion=False, no_args_is_help=True, help="systemd 服务 / service")


@app.callback()
def service() -> None:
    """由 systemd 运行热线 / the hotline run by systemd."""


@app.command()
def render(
    *,
    config: ConfigOption = None,
    user: Annotated[
        str, typer.Option("--user", help="运行账户，不能是 root / the account, never root")
    ] = "hotline",
    to: Annotated[
        Path | None, typer.Option("--to", help="写入此文件夹，默认显示 / folder, else printed")
    ] = None,
) -> None:
    """生成 systemd 单元：自带 Asterisk 或外部 Asterisk / the unit, by who runs Asterisk."""
    settings = settings_from(config)
    if config is None:
        typer.echo("请用 --config 指明配置文件 / name the settings file with --config", err=True)
        sys.exit(FAILED)
    folder = here().checkout
    try:
        text = unit(
            settings, config.resolve(), python=Path(sys.executable), folder=folder, user=user
        )
    except ConfigError as wrong:
        typer.echo(str(wrong), err=True)
        sys.exit(FAILED)
    name = unit_name(settings)
    if to is None:
        typer.echo(text, nl=False)
    else:
        to.mkdir(parents=True, exist_ok=True)
        (to / name).write_text(text, encoding="utf-8")
        typer.echo(str(to / name))
    typer.echo(_next(name, user, settings.data_dir), err=True)


def _next(name: str, user: str, data: Path) -> str:
    """What an admin types then."""
    return "\n".join(
        [
            "",
            "接下来以 root 执行 / next, as root:",
            f"  useradd --system --home-dir {data} --shell /usr/sbin/nologin {user}",
            f"  install -d -o {user} -m 700 {data}",
            f"  ./hotline service render --config ... --to {UNITS}",
            f"  systemctl daemon-reload && systemctl enable --now {name}",
            f"  systemctl status {name}",
        ]
    )
