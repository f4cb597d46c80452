"""What many commands share: where the settings are, JSON output, errors told to people."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from config.errors import ConfigError
from config.load import load_settings
from config.settings import Settings
from gateway.core.errors import HotlineError, Invalid
from gateway.provision.places import here

T = TypeVar("T")

FAILED, UNREACHABLE = 1, 3

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="配置文件，默认 hotline.toml（若有） / settings file"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


def settings_from(config: Path | None) -> Settings:
    """The settings of this file, of HOTLINE_CONFIG, of hotline.toml here or beside us, or defaults.

    Leaves by SystemExit with 1 and every problem when the file is wrong.
    """
    named = os.environ.get("HOTLINE_CONFIG", "")
    usual = (Path(named),) if named else (Path("hotline.toml"), here().checkout / "hotline.toml")
    found = config or next((path for path in usual if named or path.exists()), None)
    try:
        if found is not None:
            return load_settings(found)
        return replace(Settings(), data_dir=here().state / "data")
    except ConfigError as wrong:
        typer.echo(str(wrong), err=True)
        sys.exit(FAILED)


def told(work: Coroutine[Any, Any, T]) -> T:
    """Run one command's work; a fault becomes sentences and an exit code."""
    try:
        return asyncio.run(work)
    except Invalid as refused:
        for problem in refused.problems:
            typer.echo(f"{problem.zh} / {problem.en}", err=True)
        sys.exit(FAILED)
    except HotlineError as fault:
        typer.echo(f"错误 / error: {fault}", err=True)
        sys.exit(UNREACHABLE if fault.retryable else FAILED)
