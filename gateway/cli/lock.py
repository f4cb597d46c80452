"""``hotline lock``: pyproject.toml → requirements.lock, -dev.lock, -telegram.lock."""

import os
import subprocess
import sys
from pathlib import Path

import typer
from uv import find_uv_bin

app = typer.Typer(add_completion=False)

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = {
    "requirements.lock": ("--extra", "ui"),
    "requirements-telegram.lock": (
        *("--extra", "ui", "--extra", "telegram"),
        *("-c", "requirements.lock"),
    ),
    "requirements-dev.lock": (
        *("--extra", "ui", "--extra", "telegram", "--extra", "dev"),
        *("-c", "requirements.lock"),
    ),
}
# No address of any index goes into a lock: it must work with every mirror.
STYLE = (
    "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-annotate", "--no-emit-index-url",
)  # fmt: skip
LIMIT_SECONDS = 600


@app.command()
def lock(*, upgrade: bool = typer.Option(False, help="取最新版本 / take the newest")) -> None:
    """重新生成依赖锁定文件 / make the dependency locks anew."""
    for name, extras in LOCKS.items():
        arguments = [find_uv_bin(), "pip", "compile", "pyproject.toml", *STYLE, *extras]
        command = [*arguments, "-o", name, "--custom-compile-command", "./hotline lock"]
        done = subprocess.run(  # noqa: S603 - our own argument list, no shell
            [*command, *(["--upgrade"] if upgrade else [])],
            cwd=CHECKOUT,
            env=os.environ,
            stdout=subprocess.DEVNULL,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        if done.returncode:
            sys.exit(done.returncode)
        typer.echo(f"{name} ... ok")
