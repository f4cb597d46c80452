"""The options of a channel account, read one by one; all that is wrong is said at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from channels.errors import BadSettings

MAX_SECRET_BYTES = 64 * 1024
SECRET_FILE = "_file"  # noqa: S105 - the end of a key's name
YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Options:
    """What the admin wrote for one account. Every reading notes problems; ``close`` raises them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._asked: list[str] = []
        self.problems: list[tuple[str, str, str]] = []

    def text(self, key: str, *, form: str = "", default: str | None = None) -> str:
        """A text, of the form of this regular expression; needed without a ``default``."""
        value = self._value(key)
        if not value:
            return self._absent(key, default)
        if form and not re.fullmatch(form, value):
            self.say(key, f"格式不对，应符合 {form}", f"has the wrong form; it must match {form}")
        return value

    def choice(self, key: str, choices: Collection[str], default: str) -> str:
        """One of these words."""
        value = self._value(key) or default
        if value not in choices:
            said = " ".join(choices)
            self.say(key, f"允许：{said}", f"allowed: {said}")
        return value

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self._value(key)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,12}", value) or not low <= int(value) <= high:
            self.say(key, f"允许 {low} 至 {high}", f"allowed is {low} to {high}")
            return default
        return int(value)

    def yes(self, key: str, *, default: bool) -> bool:
        """``yes`` or ``no``."""
        word = self.choice(key, tuple(YES_NO), "yes" if default else "no")
        return YES_NO.get(word, default)

    def url(
        self, key: str, default: str | None = None, schemes: Collection[str] = ("https", "http")
    ) -> str:
        """A URL of these schemes with a host and nobody's name in it, without a slash at its end.

        What goes to a host of this option stays there: it is a host fixed by the settings.
        """
        value = self._value(key)
        if not value:
            return self._absent(key, default)
        try:
            parts = urlsplit(value)
            good = parts.scheme in schemes and parts.hostname and "@" not in parts.netloc
            _ = parts.port
        except ValueError:
            good = False
        if not good:
            said = " ".join(f"{scheme}://" for scheme in schemes)
            self.say(
                key,
                f"应为以 {said} 开头、不含用户名的网址",
                f"must be a URL that starts with {said} and holds no user name",
            )
        return value.rstrip("/")

    def secret(self, key: str, *, form: str = "", needed: bool = True) -> str:
        """What stands in the file that this option names; its key ends in ``_file``.

        One line end at its end does not belong to it. The secret itself is in no problem.
        """
        if not key.endswith(SECRET_FILE):
            raise ValueError(key)
        path = self._value(key)
        if not path:
            return self._absent(key, None if needed else "")
        try:
            with Path(path).open("rb") as file:
                value = file.read(MAX_SECRET_BYTES).decode("utf-8")
        except (OSError, ValueError):
            self.say(key, f"无法读取密钥文件 {path}", f"this secret's file cannot be read: {path}")
            return ""
        value = value.removesuffix("\n").removesuffix("\r")
        if not value:
            self.say(key, f"密钥文件是空的 {path}", f"this secret's file is empty: {path}")
        elif form and not re.fullmatch(form, value):
            self.say(
                key,
                f"文件 {path} 的内容格式不对，应符合 {form}",
                f"what is in {path} has the wrong form; it must match {form}",
            )
        return value

    def say(self, key: str, zh: str, en: str) -> None:
        """Note a problem of the channel's own."""
        self.problems.append((key, zh, en))

    def close(self) -> None:
        """Raise BadSettings with every problem; an option that nobody asked for is one."""
        known = " ".join(self._asked) or "-"
        for key in self._given:
            if key not in self._asked:
                self.say(key, f"没有这个选项；有：{known}", f"no such option; there are: {known}")
        if self.problems:
            raise BadSettings(*self.problems)

    def _value(self, key: str) -> str:
        self._asked.append(key)
        return self._given.get(key, "")

    def _absent(self, key: str, default: str | None) -> str:
        if default is None:
            self.say(key, "必须填写", "is needed")
            return ""
        return default
