"""``hotline asr``: how much speech this machine can recognise."""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from asr.calibrate import calibrate as measure
from asr.calibration import BUSY_SHARE, write_calibration
from asr.errors import AsrError
from asr.pool import workers_for
from gateway.cli.bars import bar
from gateway.cli.options import FAILED, ConfigOption, JsonOption, settings_from
from gateway.provision.places import here
from gateway.provision.speech import NARROW_HZ
from gateway.speech.model_choice import calibration_file, model_in_use

PARTS = 1000  # of the progress

app = typer.Typer(add_completion=False, no_args_is_help=True, help="语音识别 / speech recognition")


@app.callback()
def asr() -> None:
    """语音识别 / speech recognition."""


@app.command()
def calibrate(
    *,
    seconds: Annotated[
        float, typer.Option(min=1, max=600, help="测多少秒，越久越准 / the longer, the truer")
    ] = 15.0,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """测量本机用当前模型能同时转写多少路，并记下来；请在话务清闲时进行.

    Measure how many voices this machine can follow live with the model in use, and keep it; at a
    calm time, please: it takes every core that recognition may have.
    """
    settings = settings_from(config)
    workers = workers_for(settings.speech.workers)
    try:
        found = model_in_use(settings.speech, settings.data_dir)
        sounds = [*_speech(here().media / "sounds" / "hotline")]
        if found is None or not sounds:
            _fail(
                "缺少模型或提示音。请先执行 ./hotline up --set-up-only。",
                "There is no model, or no prompt to listen to: ./hotline up --set-up-only first.",
            )
        with bar(f"测量 / measuring {found.model.name}") as move:
            measured = measure(
                found.path, sounds, workers=workers, seconds=seconds,
                tell=lambda share: move(int(share * PARTS), PARTS),
            )  # fmt: skip
        write_calibration(calibration_file(settings.data_dir), measured)
    except AsrError as wrong:
        _fail(wrong.zh, wrong.en)
    except (OSError, TimeoutError) as wrong:
        _fail(f"没有测成：{wrong!r}", f"not measured: {wrong!r}")
    if as_json:
        typer.echo(json.dumps(asdict(measured)))
        return
    each, share = int(1 / measured.rtf), f"{100 * BUSY_SHARE:.0f} %"
    typer.echo(
        f"{measured.model}：每核 {each} 路（实时率 {measured.rtf:.4f}），识别进程 {workers} 个；"
        f"按 {share} 计，可同时实时转写 {measured.slots} 路。网关下次启动时生效。\n"
        f"{measured.model}: {each} streams a core (real-time factor {measured.rtf:.4f}), {workers} "
        f"recognising; at {share} of it {measured.slots} streams live, from the next start on."
    )


def _speech(folder: Path) -> Iterator[bytes]:
    """The prompts that set-up made: speech as it comes by telephone."""
    for path in sorted(folder.glob("*.wav")):
        with wave.open(str(path), "rb") as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (NARROW_HZ, 1, 2):
                yield file.readframes(file.getnframes())


def _fail(zh: str, en: str) -> NoReturn:
    typer.echo(f"{zh}\n{en}", err=True)
    sys.exit(FAILED)
