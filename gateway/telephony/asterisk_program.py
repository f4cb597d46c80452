"""How to start one particular Asterisk, whichever way it came to this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskProgram:
    """An Asterisk >= 20 that can be started.

    ``argv`` is everything up to Asterisk's own options (a private copy runs through its own
    dynamic loader); ``env`` is added to the process's environment, from which LD_PRELOAD and
    LD_LIBRARY_PATH must be taken away; ``modules_dir`` is astmoddir; ``data_dir`` is the package's
    own astdatadir (documentation, rest-api, sounds); ``version`` is what ``asterisk -V`` says,
    without the word Asterisk.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    modules_dir: Path
    data_dir: Path
    version: str

    def has_module(self, name: str) -> bool:
        """Whether this build brings the module, e.g. ``codec_opus_open_source.so``."""
        return (self.modules_dir / name).is_file()

    def to_json(self) -> str:
        """Write it down for another process; ``from_json`` reads it."""
        return json.dumps(
            {
                "argv": list(self.argv),
                "env": dict(self.env),
                "modules_dir": str(self.modules_dir),
                "data_dir": str(self.data_dir),
                "version": self.version,
            },
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str) -> AsteriskProgram:
        """Read what ``to_json`` wrote; ValueError, KeyError or TypeError when it is not that."""
        table = json.loads(text)
        return cls(
            argv=tuple(str(word) for word in table["argv"]),
            env={str(name): str(value) for name, value in table["env"].items()},
            modules_dir=Path(table["modules_dir"]),
            data_dir=Path(table["data_dir"]),
            version=str(table["version"]),
        )
