"""Proof of work for what looks like a flood; the only door to altcha.

A puzzle is asked of whoever comes suspiciously often, never of everybody, and the telephone is
always the other way. Solving takes a phone about a second, checking half a millisecond in a thread.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections import OrderedDict
from datetime import timedelta
from typing import Any

import altcha

from gateway.core.errors import NotAllowed
from gateway.ports import Clock

ALGORITHM = "PBKDF2/SHA-256"
COST = 1000
"""Iterations of one try; some 256 tries find an answer. Checking costs one try."""
SECONDS = 600
MOST_CHARACTERS = 4096
MOST_SPENT = 50_000
CHECKS_AT_ONCE = 2


class ProofNeeded(NotAllowed):
    """Many come from there: a puzzle must be solved first, or 12345 dialled."""

    code = "proof-needed"


class Puzzles:
    """Gives puzzles and takes each answer once; ``key`` signs them, nothing is stored before.

    Their end stands in altcha's ``data``: its own ``expiresAt`` asks the machine for the time.
    """

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key.hex()
        self._clock = clock
        self._spent: OrderedDict[str, float] = OrderedDict()
        self._turn = asyncio.Semaphore(CHECKS_AT_ONCE)

    def make(self) -> dict[str, Any]:
        """A new one, as altcha's libraries read it (version 2)."""
        ends = self._clock.now() + timedelta(seconds=SECONDS)
        puzzle = altcha.create_challenge(
            ALGORITHM, COST, data={"ends": int(ends.timestamp())}, hmac_secret=self._key
        )
        return dict(puzzle.to_dict())

    async def solved(self, answer: str) -> bool:
        """Whether this (base64 of JSON) answers a puzzle of ours, for the first time."""
        now = self._clock.now().timestamp()
        signature, ends = _signed(answer)
        if not signature or ends <= now or signature in self._spent:
            return False
        async with self._turn:
            good = await asyncio.to_thread(self._check, answer)
        if not good or signature in self._spent:
            return False
        self._spent[signature] = ends
        while len(self._spent) > MOST_SPENT or next(iter(self._spent.values())) <= now:
            self._spent.popitem(last=False)
        return True

    def _check(self, answer: str) -> bool:
        try:
            return bool(altcha.verify_solution(answer, self._key).verified)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return False


def _signed(answer: str) -> tuple[str, float]:
    """The puzzle's signature and its end, if the answer has the shape of one; cheap."""
    try:
        if len(answer) > MOST_CHARACTERS:
            return "", 0
        puzzle = json.loads(b64decode(answer, validate=True))["challenge"]
        signature, ends = puzzle["signature"], puzzle["parameters"]["data"]["ends"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", 0
    whole = isinstance(ends, int) and not isinstance(ends, bool)
    if not isinstance(signature, str) or not whole or not 0 < ends < 1e12:
        return "", 0
    return signature, float(ends)
