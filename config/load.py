"""Read the settings' file, and secrets, from the disk. Each is read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.city import MAY_HOLD, under
from config.errors import ConfigError, Problem
from config.settings import Settings
from config.table import problems_in, settings_from

PROFILE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
MAX_FILE_BYTES = 1024 * 1024
MAX_SECRET_BYTES = 64 * 1024


def load_settings(path: Path) -> Settings:
    """The settings of a TOML file; raises ConfigError with every problem in it.

    Relative paths in it are relative to its own folder. The city's data of ``site.city_profile``
    lies under it: ``cities/<name>.toml`` beside it, or else the one that is shipped.
    """
    name, base = str(path), path.resolve().parent
    table = _table(path)
    problems: list[Problem] = []
    chosen = _profile(table)
    if chosen:
        try:
            table = under(table, _city(chosen, base))
        except ConfigError as wrong:
            problems += wrong.problems
    try:
        settings = settings_from(table, name, base)
    except ConfigError as wrong:
        raise ConfigError(*problems, *wrong.problems) from wrong
    if problems:
        raise ConfigError(*problems)
    try:
        ZoneInfo(settings.site.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            Problem(name, "site.timezone", "没有这个时区", "there is no such time zone")
        ) from error
    return settings


def _profile(table: Mapping[str, Any]) -> str:
    """The name of the city's file; empty for none, and for one that is no name."""
    site = table.get("site")
    chosen = site.get("city_profile") if isinstance(site, Mapping) else None
    return chosen if isinstance(chosen, str) and PROFILE.fullmatch(chosen) else ""


def _city(name: str, base: Path) -> Mapping[str, Any]:
    """A city's data, its own or shipped; raises ConfigError with every problem in it."""
    own = base / "cities" / f"{name}.toml"
    path = own if own.exists() else Path(str(files("config") / "cities" / f"{name}.toml"))
    if not path.exists():
        shipped = sorted(p.stem for p in path.parent.glob("*.toml"))
        raise ConfigError(
            Problem(
                str(own),
                "site.city_profile",
                f"没有这个城市文件；自带的有：{' '.join(shipped)}",
                f"there is no such city file; shipped: {' '.join(shipped)}",
            )
        )
    table = _table(path)
    problems = [
        Problem(
            str(path),
            key,
            f"城市文件里不能写；可以写：{' '.join(sorted(MAY_HOLD))}",
            f"does not belong into a city's file; there may be: {' '.join(sorted(MAY_HOLD))}",
        )
        for key in table
        if key not in MAY_HOLD
    ]
    problems += problems_in({k: v for k, v in table.items() if k in MAY_HOLD}, str(path), base)
    if problems:
        raise ConfigError(*problems)
    return table


def _table(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; raises ConfigError."""
    name = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            Problem(name, "", f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}")
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise ConfigError(Problem(name, "", "文件过大（上限 1 MB）", "too large (1 MB at most)"))
    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise ConfigError(
            Problem(name, "", "请用 UTF-8 编码保存", "must be saved as UTF-8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            Problem(name, "", f"TOML 语法错误：{error}", f"not valid TOML: {error}")
        ) from error


def read_secret(
    key: str, path: Path | None, variable: str, environment: Mapping[str, str]
) -> str | None:
    """A secret from its file, else from the environment's ``variable``; None when neither is set.

    One line end at its end does not belong to it. Raises ConfigError when the file is empty or
    unreadable.
    """
    if path is None:
        return environment.get(variable) or None
    try:
        with path.open("rb") as file:
            text = file.read(MAX_SECRET_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            Problem(str(path), key, "无法读取密钥文件", "this secret's file cannot be read")
        ) from error
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise ConfigError(Problem(str(path), key, "密钥文件是空的", "this secret's file is empty"))
    return secret
