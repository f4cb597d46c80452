"""``hotline up``: set everything up, look whether the ports are free, start."""

import sys
from typing import Annotated

import typer

from config.settings import Settings
from gateway.app import OurAsterisk
from gateway.cli.options import ConfigOption, settings_from
from gateway.cli.serve import run_up
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import here
from gateway.provision.port_check import busy_ports
from gateway.provision.progress import Progress
from gateway.provision.setup import prepare

app = typer.Typer(add_completion=False)

STEPS, FIRST_STEP = 7, 3  # the launcher did the first two


@app.command()
def up(
    *,
    config: ConfigOption = None,
    set_up_only: Annotated[
        bool, typer.Option("--set-up-only", help="只安装，不启动 / set up and do not start")
    ] = False,
) -> None:
    """装好一切并启动 / set everything up and start."""
    settings = settings_from(config)
    progress = Progress(STEPS, FIRST_STEP)
    try:
        ours = _set_up(settings, progress)
        if set_up_only:
            return
        with progress.step("检查端口", "ports"):
            _look_at_ports(settings)
    except (NotReady, ProgramFailed) as missing:
        typer.echo(f"\n{missing}", err=True)
        sys.exit(1)
    run_up(settings, ours, config)


def _set_up(settings: Settings, progress: Progress) -> OurAsterisk | None:
    managed = settings.asterisk.managed
    prepared = prepare(
        here(),
        progress,
        settings.prompts_dir,
        with_asterisk=managed,
        with_edge=settings.edge.enabled,
    )
    if not prepared.program:
        return None
    return OurAsterisk(
        program=prepared.program,
        prompts=prepared.media / "sounds" / "hotline",
        music=prepared.media / "moh",
        edge=prepared.edge,
    )


def _look_at_ports(settings: Settings) -> None:
    busy = busy_ports(settings)
    if busy:
        raise NotReady(
            "\n".join(problem.zh for problem in busy), "\n".join(problem.en for problem in busy)
        )
