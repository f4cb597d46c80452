"""``hotline speak``: a text as a prompt, in the voice of all prompts."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.options import FAILED
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import here
from gateway.provision.prompt_text import to_pinyin
from gateway.provision.speech import Voice, speak
from gateway.provision.tools import speech_tools

MOST_CHARACTERS = 400

app = typer.Typer(add_completion=False, help="把文字读成提示音 / a text as a prompt")


@app.command()
def run(
    target: Annotated[Path, typer.Argument(help="不含扩展名 / without an ending")],
) -> None:
    """从标准输入读中文，写 TARGET.wav 和 TARGET.sln16 / read Chinese from standard input."""
    text = sys.stdin.buffer.read(MOST_CHARACTERS * 4).decode("utf-8", "replace")
    try:
        seconds = speak(speech_tools(here()), Voice(), to_pinyin(text), target, target.name)
    except (NotReady, ProgramFailed) as wrong:
        typer.echo(str(wrong), err=True)
        sys.exit(FAILED)
    typer.echo(f"{seconds:.1f} s")
