"""The master key's file: read with care, made once."""

from __future__ import annotations

import base64
import binascii
import os
from typing import TYPE_CHECKING

from gateway.core.errors import StoreUnavailable

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """The 32 bytes in ``path``; raises StoreUnavailable that says what is wrong with the file."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(256)
    except OSError as error:
        raise StoreUnavailable(
            f"读不到密钥文件 {path}。The key file cannot be read: {error.strerror}."
        ) from error
    if mode & 0o077:
        raise StoreUnavailable(
            f"密钥文件 {path} 对其他用户可见，请执行 chmod 600。"
            f"The key file is open to other users (mode {mode & 0o777:o}); chmod 600 mends it."
        )
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreUnavailable(
            f"密钥文件 {path} 应为 32 字节的 base64。"
            "The key file must hold 32 bytes in base64 (head -c 32 /dev/urandom | base64)."
        )
    return key


def make_key(path: Path) -> None:
    """Write a new random key to ``path`` (mode 0600, its folder 0700) unless one is there.

    The file is complete and on disk before it has its name, so a power cut leaves a whole key or
    none, and of two starts at once both end with the same key.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            draft.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise StoreUnavailable(
            f"写不了密钥文件 {path}。The key file cannot be written: {error.strerror}."
        ) from error
