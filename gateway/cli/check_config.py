"""``hotline check-config``: read the file and say everything that is wrong, or what holds."""

import json
from dataclasses import asdict
from typing import Any

import typer

from gateway.cli.options import ConfigOption, settings_from

app = typer.Typer(add_completion=False)


@app.command()
def check_config(*, config: ConfigOption = None) -> None:
    """检查配置文件并显示生效的值 / check the file and show the values that hold."""
    settings = settings_from(config)
    shown: dict[str, Any] = asdict(settings)
    typer.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
