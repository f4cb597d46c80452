"""Read the settings' file, and secrets, from the disk. Each is read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.errors import ConfigError, Problem
from config.settings import Settings
from config.table import settings_from

MAX_FILE_BYTES = 1024 * 1024
MAX_SECRET_BYTES = 64 * 1024


def load_settings(path: Path) -> Settings:
    """The settings of a TOML file; raises ConfigError with every problem in it.

    Relative paths in it are relative to its own folder.
    """
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
        table = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise ConfigError(
            Problem(name, "", "请用 UTF-8 编码保存", "must be saved as UTF-8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            Problem(name, "", f"TOML 语法错误：{error}", f"not valid TOML: {error}")
        ) from error
    settings = settings_from(table, name, path.resolve().parent)
    try:
        ZoneInfo(settings.site.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            Problem(name, "site.timezone", "没有这个时区", "there is no such time zone")
        ) from error
    return settings


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
