"""``hotline test``: set everything up, then style, types, arrows and every test."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from gateway.provision.check_needs import provide
from gateway.provision.checks import run_checks
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import Places, here
from gateway.provision.progress import Progress
from gateway.provision.setup import Prepared, prepare

app = typer.Typer(add_completion=False)

STEPS, FIRST_STEP = 9, 3  # the launcher did the first two
TESTS_LIMIT_SECONDS = 3600
ASKED_AGAIN = 3
"""So many failed laws of a run, all of real time, are asked once more, alone; said aloud."""
REAL_TIME = "asterisk or browser"


def runs(arguments: Sequence[str]) -> tuple[Sequence[str], ...]:
    """What pytest is started with: as asked for, or everything.

    Most tests wait for calls, not for a core, and run beside each other, file by file. Those that
    load the machine follow alone.
    """
    if arguments:
        return (arguments,)
    workers = str((os.cpu_count() or 1) + 2)
    beside = ("-n", workers, "--dist", "loadfile", "--no-loadscope-reorder")
    return ("-m", "not alone", *beside), ("-m", "alone")


@app.command("test", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def test(
    context: typer.Context,
    *,
    only_pytest: Annotated[
        bool, typer.Option("--only-pytest", help="不做静态检查 / no style, type or arrow checks")
    ] = False,  # noqa: PT028 - a command named test, not a test
) -> None:
    """装好一切并运行全部检查；其余参数交给 pytest / every check; other arguments go to pytest."""
    places, progress = here(), Progress(STEPS, FIRST_STEP)
    failed: tuple[str, ...] = ()
    try:
        prepared = prepare(places, progress, None)
        with progress.step("测试所需程序", "programs of the tests") as step:
            found = provide(places, step)
        with progress.step("静态检查", "style, types, arrows") as step:
            if only_pytest:
                step.ready = True
            else:
                failed = run_checks(places, step)
    except (NotReady, ProgramFailed) as missing:
        typer.echo(f"\n{missing}", err=True)
        sys.exit(1)
    typer.echo(f"[{STEPS}/{STEPS}] 测试 / tests", err=True)
    status = 0
    for chosen in runs(context.args):
        one = _pytest(places, prepared, found, chosen)
        if one and not context.args and (unsteady := _failed(places)):
            one = _asked_again(places, prepared, found, unsteady)
        status = one or status
    if failed:
        typer.echo(f"\n静态检查未通过 / checks failed: {', '.join(failed)}", err=True)
    sys.exit(status or bool(failed))


def _failed(places: Places) -> list[str]:
    """What failed in the run before, if it is few enough to be chance; else nothing."""
    try:
        last = (places.checkout / ".pytest_cache/v/cache/lastfailed").read_text("utf-8")
    except OSError:
        return []
    names = list(json.loads(last))
    return names if len(names) <= ASKED_AGAIN else []


def _asked_again(
    places: Places, prepared: Prepared, found: dict[str, str], names: list[str]
) -> int:
    """Ask again whether it is the law or the crowd: real telephones share two cores here."""
    typer.echo("\n单独重跑一次 / asked once more, alone:\n  " + "\n  ".join(names), err=True)
    status = _pytest(places, prepared, found, ("-m", REAL_TIME, "--last-failed"))
    if status or _failed(places):
        return status or 1
    typer.echo(
        "不稳定：与其他测试同时运行时失败，单独运行通过，请查明 / UNSTEADY: failed beside others,"
        " hold alone; find out why:\n  " + "\n  ".join(names),
        err=True,
    )
    return 0


def _pytest(
    places: Places, prepared: Prepared, found: dict[str, str], arguments: Sequence[str]
) -> int:
    environment = {**os.environ, **found, "HOTLINE_TEST_ALL": "1"}  # nothing may be skipped
    if prepared.program:
        environment["HOTLINE_TEST_ASTERISK"] = prepared.program.to_json()
    command = [sys.executable, "-m", "pytest", *arguments]
    try:
        return subprocess.run(  # noqa: S603 - the caller's own arguments, no shell
            command,
            cwd=places.checkout,
            env=environment,
            timeout=TESTS_LIMIT_SECONDS,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        typer.echo(f"测试超过 {TESTS_LIMIT_SECONDS} 秒 / tests took too long", err=True)
        return 1
