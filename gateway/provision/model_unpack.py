"""Unpacks a model's archive: nothing leaves its folder, nothing grows without end."""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from asr.errors import ModelUnusable
from asr.models import ModelFolder, look
from gateway.provision.errors import NotReady

MOST_FILES = 2000
MOST_BYTES = 12 << 30  # unpacked
MOST_TIMES = 50  # so much larger than the archive it may be
SPARE_BYTES = 512 << 20  # stays free for the hotline
PIECE_BYTES = 1 << 20
SMALL_BYTES = 1 << 20  # an archive so small may grow more: text packs well


def unpack(archive: Path, home: Path, name: str = "") -> ModelFolder:
    """``home``/``name`` (empty: the archive's own folder), a model that was looked at.

    NotReady when it is no archive, holds what a model does not, or does not fit; ModelUnusable when
    there is no model in it. A model of that name that was there stays until the new one is whole.
    """
    name = name or archive.name.removesuffix(".zip")
    fresh = home / f".{name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            _check(opened, archive, home)
            fresh.mkdir(parents=True)
            _write(opened, archive, fresh)
        inner = [place for place in fresh.iterdir() if place.is_dir()]
        model = inner[0] if len(inner) == 1 and not (fresh / "am").exists() else fresh
        look(model)
        target = home / name
        shutil.rmtree(target, ignore_errors=True)
        model.rename(target)
        return look(target)
    # NotImplementedError: zipfile's word for a way of compressing that it does not know
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as broken:
        raise _unfit(archive, f"损坏（{broken}）", f"is damaged ({broken})") from broken
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check(opened: zipfile.ZipFile, archive: Path, home: Path) -> None:
    files = opened.infolist()
    if len(files) > MOST_FILES:
        raise _unfit(archive, "文件太多", "holds too many files")
    for file in files:
        parts = PurePosixPath(file.filename.replace("\\", "/")).parts
        kind = stat.S_IFMT(file.external_attr >> 16)
        leaves = ".." in parts or file.filename.startswith(("/", "\\")) or ":" in file.filename
        if leaves or not parts or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _unfit(archive, "含有不安全的路径或链接", "holds an unsafe path or a link")
    size = sum(file.file_size for file in files)
    packed = archive.stat().st_size
    if size > MOST_BYTES or size > max(SMALL_BYTES, packed) * MOST_TIMES:
        raise _unfit(archive, "解压后太大", "becomes too large")
    home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(home).free < size + SPARE_BYTES:
        needed = f"{(size + SPARE_BYTES) / 1e9:.1f} GB"
        raise NotReady(f"{home} 空间不足，需要 {needed}。", f"{home} needs {needed} of free space.")


def _write(opened: zipfile.ZipFile, archive: Path, into: Path) -> None:
    for file in opened.infolist():
        target = into.joinpath(*PurePosixPath(file.filename).parts)
        if file.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        left = file.file_size  # what the archive's own list says; no byte more is written
        with opened.open(file) as source, target.open("xb") as out:
            while piece := source.read(PIECE_BYTES):
                left -= len(piece)
                if left < 0:
                    raise _unfit(archive, "解压后太大", "becomes too large")
                out.write(piece)


def _unfit(archive: Path, zh: str, en: str) -> NotReady:
    return NotReady(
        f"{archive.name} {zh}，没有使用。请重新下载。",
        f"{archive.name} {en}; it was not used. Fetch it again.",
    )


__all__ = ["ModelUnusable", "unpack"]
