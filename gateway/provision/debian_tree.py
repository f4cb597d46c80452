"""Programs out of a folder of unpacked Debian packages."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROGRAM_FOLDERS = ("usr/bin", "usr/sbin", "bin", "sbin", "usr/games")


@dataclass(frozen=True, slots=True)
class DebianTree:
    """Unpacked packages below ``root``; may or may not hold a C library of their own."""

    root: Path

    def program(self, name: str) -> Path | None:
        """The program of that name, links of the packages followed inside the tree."""
        for folder in PROGRAM_FOLDERS:
            path = self.root / folder / name
            if path.is_file() or path.is_symlink():
                return self._inside(path)
        return None

    def _inside(self, path: Path, depth: int = 0) -> Path | None:
        """An absolute link in a package means a place in the tree, not one on this machine."""
        if not path.is_symlink():
            return path if path.is_file() else None
        target = path.readlink()
        if depth >= 10:
            return None
        place = (
            self.root / str(target).lstrip("/") if target.is_absolute() else path.parent / target
        )
        return self._inside(place, depth + 1)

    @property
    def loader(self) -> Path | None:
        """The tree's own dynamic loader (ld.so(8)), on whatever architecture."""
        for pattern in ("usr/lib/*/ld-linux*.so*", "lib/*/ld-linux*.so*", "usr/lib/*/ld64.so*",
                        "lib/*/ld64.so*"):  # fmt: skip
            found = sorted(self.root.glob(pattern))
            if found:
                return found[0]
        return None

    @property
    def library_path(self) -> str:
        """All folders of shared libraries, for ``--library-path`` or LD_LIBRARY_PATH."""
        multiarch = [
            folder
            for parent in ("usr/lib", "lib")
            for folder in sorted((self.root / parent).glob("*-linux-*"))
        ]
        inner = [
            path
            for folder in multiarch
            for path in sorted(folder.iterdir())
            if path.is_dir() and any(path.glob("lib*.so*"))
        ]
        return ":".join(str(path) for path in [*multiarch, *inner])

    def wrapper(self, program: Path, *before: str, env: Mapping[str, str] | None = None) -> str:
        """A shell script that runs ``program`` with this tree's libraries.

        With the tree's own loader when it has one: its C library must not meet another loader.
        """
        exports = [f"export {name}={shlex.quote(value)}" for name, value in (env or {}).items()]
        words = [str(program), *before]
        if self.loader:
            words = [str(self.loader), "--library-path", self.library_path, *words]
        elif self.library_path:
            exports.append(f"export LD_LIBRARY_PATH={shlex.quote(self.library_path)}")
        return "\n".join(["#!/bin/sh", *exports, f'exec {shlex.join(words)} "$@"', ""])


def write_wrapper(path: Path, script: str) -> None:
    """Put an executable script there, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(script, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(path)
