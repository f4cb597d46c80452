"""The token that opens the wallboard for a screen nobody is logged in at.

It is derived from the master key and a random number in a file; neither alone gives it. It may look
at the board and nothing else, never expires, and ends when the number is another.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from gateway.core.errors import StoreUnavailable
from gateway.store.vault import PhonePasswords

NUMBER_BYTES = 16


class WallLink:
    """One hotline's wallboard token; the file is read each time: a renewal holds at once."""

    def __init__(self, passwords: PhonePasswords, data_dir: Path) -> None:
        self._passwords = passwords
        self._path = data_dir / "keys" / "wall.number"

    def token(self) -> str:
        """The present one; the first when there is none. Raises StoreUnavailable."""
        return self._passwords.wall(self._number() or self._write())

    def renew(self) -> str:
        """A new one; the one before opens nothing any more. Raises StoreUnavailable."""
        return self._passwords.wall(self._write())

    def opens(self, token: str) -> bool:
        """Whether this is the present one, compared in constant time."""
        number = self._number()
        if not number:
            return False
        return hmac.compare_digest(self._passwords.wall(number).encode(), token.encode())

    def _number(self) -> str:
        try:
            return self._path.read_text("ascii").strip()
        except (OSError, ValueError):
            return ""

    def _write(self) -> str:
        number = secrets.token_hex(NUMBER_BYTES)
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(number + "\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            raise StoreUnavailable(
                f"写不了 {self._path}。This file cannot be written: {error.strerror}."
            ) from error
        return number
