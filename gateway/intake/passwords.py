"""Passwords: what is good enough, how they are hashed, how one is made up.

argon2id (RFC 9106) costs tens of milliseconds and 64 MiB, so it runs in a thread, at most
``at_once`` at a time, and at most ``waiting`` may stand in line for it.
"""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.core.errors import Invalid, Problem, Throttled

SHORTEST, LONGEST = 10, 128
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1: read out over the telephone or copied from paper."""


def made_up() -> str:
    """A random password that a person can read out: four groups of four, 79 bits."""
    letters = [secrets.choice(READABLE) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


def check_password(password: str, login: str, pointer: str) -> None:
    """Raise Invalid with everything that is wrong with a new password."""
    found = []
    if len(password) < SHORTEST:
        found.append(
            Problem(
                pointer,
                "password-too-short",
                f"密码至少 {SHORTEST} 个字符",
                f"A password has at least {SHORTEST} characters",
            )
        )
    if len(password) > LONGEST:
        found.append(
            Problem(
                pointer,
                "password-too-long",
                f"密码最多 {LONGEST} 个字符",
                f"A password has at most {LONGEST} characters",
            )
        )
    if len(set(password)) < 4:
        found.append(
            Problem(
                pointer,
                "password-too-simple",
                "密码至少含 4 个不同字符",
                "A password has at least 4 different characters",
            )
        )
    rest = password.casefold().replace(login.casefold(), "") if login else password
    if len(rest) < min(SHORTEST // 2, len(password)):
        found.append(
            Problem(
                pointer,
                "password-is-login",
                "密码不能主要由登录名构成",
                "A password must be more than the login",
            )
        )
    if found:
        raise Invalid(*found)


class Hashing:
    """argon2id with a limit on how many run and how many wait.

    Raises Throttled when too many wait already.
    """

    def __init__(
        self, hasher: PasswordHasher | None = None, *, at_once: int = 2, waiting: int = 32
    ) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(at_once)
        self._waiting = waiting
        self._in_line = 0
        self._nobody = ""

    async def hash(self, password: str) -> str:
        """The PHC string to store."""
        return await self._run(password, "")

    async def matches(self, stored: str, password: str) -> bool:
        """Whether ``password`` is the one behind ``stored``.

        An empty ``stored`` (nobody has this login) costs the same time and is never right.
        """
        if not self._nobody:
            self._nobody = await self.hash(secrets.token_hex())
        answer = await self._run(password, stored or self._nobody)
        return bool(answer) and bool(stored)

    def outdated(self, stored: str) -> bool:
        """Whether ``stored`` was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def _run(self, password: str, stored: str) -> str:
        if self._in_line >= self._waiting:
            raise Throttled(2.0)
        self._in_line += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(self._work, password, stored)
        finally:
            self._in_line -= 1

    def _work(self, password: str, stored: str) -> str:
        """In the thread: make a hash, or give back ``stored`` when it fits and "" when not."""
        if not stored:
            return self._hasher.hash(password)
        try:
            self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return ""
        return stored
