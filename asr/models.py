"""Models on this machine: what a folder holds, what is wrong with it, which is the best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asr.errors import ModelUnusable
from asr.model_files import (
    BEGINNINGS,
    GRAPHS,
    MARK,
    NEEDED,
    RATES,
    Features,
    Mark,
    features,
    mark,
    vocabulary,
)
from asr.segment import Model

MOST_TEXT_BYTES = 64 << 20
"""The words of the largest models take some megabytes."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder that looks like a model in order; only loading it tells whether it is."""

    path: Path
    model: Model
    takes_less: bool
    """Whether it takes fewer samples a second than ``model.rate`` by itself."""

    def vocabulary(self) -> frozenset[str]:
        """Every word that it knows."""
        with (self.path / "graph/words.txt").open(encoding="utf-8") as words:
            return vocabulary(words)


def look(path: Path) -> ModelFolder:
    """What a folder holds; raises ModelUnusable, which says what is wrong with it."""
    if not path.is_dir():
        raise ModelUnusable(
            f"没有模型文件夹 {path}：请检查设置 speech.model，或运行 hotline model ls",
            f"there is no model folder {path}: check speech.model, or run hotline model ls",
        )
    graph = next((each for each in GRAPHS if all((path / file).is_file() for file in each)), None)
    missing = [file for file in NEEDED if not (path / file).is_file()]
    if graph is None:
        missing.append("graph/HCLG.fst (or graph/HCLr.fst + graph/Gr.fst)")
    if graph is None or missing:
        raise _incomplete(path, missing)
    for file in ("am/final.mdl", *graph):
        _check_beginning(path / file)
    wants, said = _features(path), _mark(path)
    if wants.rate not in RATES or said.rate not in (None, wants.rate):
        raise ModelUnusable(
            f"模型 {path} 的采样率是 {wants.rate}：只能用 8000 或 16000，"
            f"并须与 {MARK} 一致。请换一个模型",
            f"the model {path} wants {wants.rate} samples a second; only 8000 and 16000 can be "
            f"used, and {MARK} must say the same: use another model",
        )
    model = Model(
        name=said.name or path.resolve().name,
        rate=wants.rate,
        demo=said.demo,
        grammar=len(graph) > 1,
    )
    return ModelFolder(path, model, wants.takes_less)


def folders(home: Path) -> Iterator[ModelFolder]:
    """Every usable model of a folder of models, the best first: any other before our demo model.

    Among equals the name that sorts last, which is the newer version.
    """
    found: list[ModelFolder] = []
    for path in sorted(home.iterdir(), reverse=True) if home.is_dir() else ():
        try:
            found.append(look(path))
        except ModelUnusable:
            continue  # hotline model check tells why
    yield from sorted(found, key=lambda each: each.model.demo)


def _incomplete(path: Path, missing: list[str]) -> ModelUnusable:
    inside = [each.parent.parent for each in path.glob("*/am/final.mdl")]
    if inside:
        return ModelUnusable(
            f"{path} 不是模型，但里面有一个：请改用 {inside[0]}",
            f"{path} is no model, but there is one inside: use {inside[0]}",
        )
    names = ", ".join(missing)
    return ModelUnusable(
        f"{path} 不是完整的模型，缺少 {names}：请重新下载或解压",
        f"{path} is no complete model, these are missing: {names}. Download or unpack it again",
    )


def _check_beginning(file: Path) -> None:
    begins = next(value for end, value in BEGINNINGS.items() if file.name.endswith(end))
    try:
        with file.open("rb") as opened:
            right = opened.read(len(begins)) == begins
    except OSError as fault:
        raise _unreadable(file) from fault
    if not right:
        raise ModelUnusable(
            f"模型文件 {file} 已损坏（或是未下载的占位文件）：请重新下载或解压",
            f"the model's file {file} is damaged (or a placeholder that was never downloaded): "
            "download or unpack it again",
        )


def _features(path: Path) -> Features:
    file = path / "conf/mfcc.conf"
    try:
        return features(_text(file))
    except ValueError as wrong:
        raise _unreadable(file) from wrong


def _mark(path: Path) -> Mark:
    file = path / MARK
    if not file.is_file():
        return Mark("", demo=False)
    try:
        return mark(_text(file))
    except ValueError as wrong:
        raise _unreadable(file) from wrong


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_TEXT_BYTES).decode()
    except OSError as fault:
        raise _unreadable(file) from fault


def _unreadable(file: Path) -> ModelUnusable:
    return ModelUnusable(
        f"模型文件 {file} 无法读取：请检查权限，或重新解压",
        f"the model's file {file} cannot be read: check its permissions, or unpack it again",
    )
