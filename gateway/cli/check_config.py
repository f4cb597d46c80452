"""``hotline check-config``: read the file and say everything that is wrong, or what holds."""

import json
import sys
from dataclasses import asdict
from typing import Any

import typer

from config.errors import ConfigError
from gateway.app.centres import centre_keys
from gateway.app.channels import accounts_made
from gateway.app.flow import checked_flow
from gateway.cli.options import FAILED, ConfigOption, settings_from
from ivr.errors import FlowNotValid

app = typer.Typer(add_completion=False)


@app.command()
def check_config(*, config: ConfigOption = None) -> None:
    """检查配置文件并显示生效的值 / check the file and show the values that hold."""
    settings = settings_from(config)
    try:
        accounts_made(settings)
        centre_keys(settings)
        checked_flow(None, [one.name for one in settings.queue], settings.speech.flow)
    except (ConfigError, FlowNotValid) as wrong:
        typer.echo(str(wrong), err=True)
        sys.exit(FAILED)
    shown: dict[str, Any] = asdict(settings)
    typer.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
