"""A ZIP whose bytes depend on what is in it and on nothing else, with a manifest of SHA-256.

Nothing is compressed, every entry has the same time and rights (APPNOTE.TXT 4.4): who packs the
same things again gets the same file, and may compare one hash. The file has no name on the disk and
is gone when it is closed.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

CHUNK = 256 * 1024
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can say."""
MANIFEST = "manifest.json"


def as_json(value: object) -> bytes:
    """Readable, in one order."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def packed(
    told: Mapping[str, Any], files: Mapping[str, bytes], sounds: Iterable[tuple[str, Path]]
) -> tuple[IO[bytes], str]:
    """The file, at its beginning, and its SHA-256; ``told`` begins the manifest. Raises OSError."""
    made = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    try:
        sums: dict[str, dict[str, object]] = {}
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(files):
                archive.writestr(_entry(name), files[name])
                sha256 = hashlib.sha256(files[name]).hexdigest()
                sums[name] = {"sha256": sha256, "bytes": len(files[name])}
            for name, path in sorted(sounds):
                sums[name] = _copied(archive, name, path)
            archive.writestr(_entry(MANIFEST), as_json({**told, "files": sums}))
        made.seek(0)
        whole = hashlib.file_digest(made, "sha256").hexdigest()
        made.seek(0)
    except BaseException:
        made.close()
        raise
    return made, whole


def _copied(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, object]:
    sum_, size = hashlib.sha256(), 0
    with path.open("rb") as sound, archive.open(_entry(name), "w", force_zip64=True) as into:
        while chunk := sound.read(CHUNK):
            sum_.update(chunk)
            size += len(chunk)
            into.write(chunk)
    return {"sha256": sum_.hexdigest(), "bytes": size}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, BEGINNING)
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry
