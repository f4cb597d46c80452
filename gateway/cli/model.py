"""``hotline model``: models of speech recognition; which there are, which is used, a new one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from asr.errors import AsrError, ModelUnusable
from asr.models import ModelFolder
from asr.worker_process import started
from config.settings import Settings
from gateway.cli.bars import bar
from gateway.cli.options import FAILED, ConfigOption, JsonOption, settings_from
from gateway.provision.errors import NotReady
from gateway.provision.model_fetch import OFFERED, SITE, fetch, offer
from gateway.provision.model_unpack import unpack
from gateway.provision.places import here
from gateway.provision.speech_model import espeak_library
from gateway.speech.model_choice import choose, model_in_use, models_here, named, own_home

BUILD_SECONDS = 4 * 3600

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="语音识别模型 / models of speech recognition"
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="模型名称或文件夹 / a model's name, or its folder")
]


@app.command("ls")
def list_(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """列出本机的模型和可下载的官方中文模型 / models here, and official ones to fetch."""
    settings = settings_from(config)
    used, said = _used(settings)
    found = [*models_here(settings.data_dir)]
    if used and used.path.resolve() not in [each.path.resolve() for each in found]:
        found.append(used)
    if as_json:
        typer.echo(json.dumps([_row(each, used) for each in found], ensure_ascii=False))
        return
    shown = Table("", "名称 / name", "采样率 / rate", "词表 / word lists", "位置 / where")
    for each in found:
        in_use = "[green]✓ 使用中 / in use[/green]" if _same(each, used) else ""
        name = f"{each.model.name}  演示模型 / demo" if each.model.demo else each.model.name
        lists = "可以 / yes" if each.model.grammar else "不可以 / no"
        shown.add_row(in_use, escape(name), str(each.model.rate), lists, escape(str(each.path)))
    Console().print(shown)
    names = {each.path.name for each in found}
    missing = " ".join(name for name in OFFERED if name not in names)
    if missing:
        typer.echo(f"可下载 / can be fetched (hotline model get NAME): {missing}", err=True)
    if said:
        typer.echo(said, err=True)


@app.command()
def get(
    what: Annotated[
        str, typer.Argument(metavar="NAME|FILE.zip", help=f"{' '.join(OFFERED)}, 或已下载的压缩包")
    ],
    *,
    site: Annotated[str, typer.Option("--from", help="下载网站 / the site to fetch from")] = SITE,
    config: ConfigOption = None,
) -> None:
    """下载官方模型（可续传、核对校验值），或解开已有的压缩包.

    Fetch an official model (goes on after a break, checks the sum), or unpack one you have.
    """
    settings = settings_from(config)
    home = own_home(settings.data_dir)
    try:
        if what.endswith(".zip"):
            found = unpack(Path(what), home)
        else:
            archive = asyncio.run(_fetched(what, site if site.endswith("/") else f"{site}/", home))
            found = unpack(archive, home)
            archive.unlink()
    except (NotReady, ModelUnusable) as wrong:
        _fail(wrong.zh, wrong.en)
    except OSError as wrong:
        _fail(f"无法读写：{wrong}", f"cannot be read or written: {wrong}")
    typer.echo(f"已就绪 / ready: {found.path}")
    used, _ = _used(settings)
    if not _same(found, used):
        typer.echo(f"使用它 / to use it: hotline model use {found.path.name}", err=True)


async def _fetched(name: str, site: str, home: Path) -> Path:
    offered = await offer(name, site)
    with bar(f"下载 / fetching {name}") as move:
        return await fetch(offered, home, move)


@app.command()
def use(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME|best", help="名称、文件夹，或 best / or the best there is"),
    ],
    *,
    config: ConfigOption = None,
) -> None:
    """选用一个模型，网关下次启动时生效 / use this model from the gateway's next start on."""
    settings = settings_from(config)
    if settings.speech.model:
        _fail(
            f"配置文件中的 speech.model = “{settings.speech.model}”优先，请在那里改。",
            f"The setting speech.model = “{settings.speech.model}” wins; change it there.",
        )
    try:
        if name == "best":
            choose("", settings.data_dir)
        else:
            found = named(name, settings.data_dir)
            place = found.path.resolve()
            homely = place.parent in (own_home(settings.data_dir).resolve(), here().models)
            choose(place.name if homely else str(place), settings.data_dir)
        used = model_in_use(settings.speech, settings.data_dir)
    except ModelUnusable as wrong:
        _fail(wrong.zh, wrong.en)
    except OSError as wrong:
        _fail(f"无法写入：{wrong}", f"cannot be written: {wrong}")
    said = used.model.name if used else "没有模型 / none"
    typer.echo(f"下次启动起使用 / from the next start on: {said}")
    typer.echo("测量能同时转写多少路 / how much it can do: hotline asr calibrate", err=True)


@app.command()
def check(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="默认使用中的 / the one in use")
    ] = "",
    *,
    config: ConfigOption = None,
) -> None:
    """检查一个模型：文件、采样率，并真的加载一次 / look at its files and load it once.

    退出码 / exit code: 0 可用 / usable, 1 不可用 / not.
    """
    settings = settings_from(config)
    try:
        found = (
            named(name, settings.data_dir) if name
            else model_in_use(settings.speech, settings.data_dir)
        )  # fmt: skip
        if found is None:
            _fail(
                "没有模型。执行 ./hotline up --set-up-only 可得到演示模型。",
                "There is no model. ./hotline up --set-up-only makes the demo model.",
            )
        seconds = asyncio.run(_seconds_to_load(found))
    except AsrError as wrong:
        _fail(wrong.zh, wrong.en)
    demo = "，演示模型 / demo model" if found.model.demo else ""
    typer.echo(
        f"可用 / usable: {found.model.name}{demo}\n"
        f"  {found.path}\n"
        f"  {found.model.rate} Hz, 加载 / loads in {seconds:.1f} s"
    )
    if found.model.rate > 8000 and not found.takes_less:
        typer.echo("  电话声音（8000 Hz）由我们升采样 / calls (8000 Hz) are converted by us")


async def _seconds_to_load(found: ModelFolder) -> float:
    """In a process of its own: a spoilt model may end it."""
    began = time.monotonic()
    async with started(found) as worker:
        await worker.loaded()
    return time.monotonic() - began


@app.command("build-demo")
def build_demo(
    out: Annotated[Path, typer.Argument(help="放在哪里 / where to")],
    *,
    sentences: Annotated[int, typer.Option(min=60, help="训练用多少句 / sentences")] = 3000,
    epochs: Annotated[int, typer.Option(min=1, help="几遍 / times through them")] = 8,
) -> None:
    """重新训练演示模型并说出错误率（几分钟）/ train the demo model anew, with its error rates."""
    try:
        library = espeak_library(here())
    except NotReady as missing:
        _fail(missing.zh, missing.en)
    command = [
        *(sys.executable, "-P", "-m", "asr.demo_model", str(out)),
        *("--utts", str(sentences), "--epochs", str(epochs)),
        *(("--espeak-library", str(library)) if library else ()),
    ]
    done = subprocess.run(command, timeout=BUILD_SECONDS, check=False)  # noqa: S603 - ours
    sys.exit(done.returncode)


def _used(settings: Settings) -> tuple[ModelFolder | None, str]:
    """The model in use, and what is wrong with the one that was wished for."""
    try:
        return model_in_use(settings.speech, settings.data_dir), ""
    except ModelUnusable as wrong:
        return None, f"{wrong.zh}\n{wrong.en}"


def _same(one: ModelFolder, other: ModelFolder | None) -> bool:
    return other is not None and one.path.resolve() == other.path.resolve()


def _row(each: ModelFolder, used: ModelFolder | None) -> dict[str, str | int | bool]:
    return {
        "name": each.model.name, "path": str(each.path), "rate": each.model.rate,
        "demo": each.model.demo, "grammar": each.model.grammar, "in_use": _same(each, used),
    }  # fmt: skip


def _fail(zh: str, en: str) -> NoReturn:
    typer.echo(f"{zh}\n{en}", err=True)
    sys.exit(FAILED)
