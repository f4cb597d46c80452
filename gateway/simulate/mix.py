"""How people behave in a simulation: steadily, or as in a busy hour. Pure: a seed decides it all.

Who does what does not depend on when it happens, so that two runs of one seed differ only in time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from gateway.simulate.policy import BUSY, Answer, Policy, Reject, Ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """One citizen: how long they wait and talk, and whether their phone loses power at the end."""

    patience_seconds: float
    talk_seconds: float
    vanishes: bool = False


class After(StrEnum):
    """What a seat does when a call is closed."""

    READY = "ready"
    BREAK = "break"
    SIGN_OUT = "sign_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The share of those who do not behave steadily, 0..1.

    Citizens: ``hasty`` hang up within seconds, mostly before anybody answers; ``vanishing`` phones
    lose power without a BYE. A seat's ring: ``reject``, ``busy``, ``no_answer``. ``dying``: the
    seat's phone loses power in a talk. After a call: ``breaks``, ``sign_outs``.
    """

    seed: int = 0
    hasty: float = 0.0
    vanishing: float = 0.0
    reject: float = 0.0
    busy: float = 0.0
    no_answer: float = 0.0
    dying: float = 0.0
    breaks: float = 0.0
    sign_outs: float = 0.0

    def citizen(self, number: int, talk_seconds: float, patience_seconds: float) -> Mood:
        """This citizen; a steady one waits and talks exactly as long as asked for."""
        dice = self._dice("citizen", number)
        hasty, vanishes = dice.random() < self.hasty, dice.random() < self.vanishing
        return Mood(
            patience_seconds=dice.uniform(0.2, 6.0) if hasty else patience_seconds,
            talk_seconds=talk_seconds if self.steady else talk_seconds * dice.uniform(0.3, 1.7),
            vanishes=vanishes,
        )

    def ring(self, seat: int, number: int, after_seconds: float) -> Policy:
        """What this seat does with its ring of this number."""
        drawn = self._dice(f"ring{seat}", number).random()
        for share, policy in (
            (self.reject, Reject()),
            (self.busy, BUSY),
            (self.no_answer, Ring()),
        ):
            if drawn < share:
                return policy
            drawn -= share
        return Answer(after_seconds)

    def dies(self, seat: int, number: int) -> bool:
        """Whether the seat's phone loses power in the talk of this number."""
        return self._dice(f"talk{seat}", number).random() < self.dying

    def after(self, seat: int, number: int) -> After:
        """What the seat does after the talk of this number."""
        drawn = self._dice(f"after{seat}", number).random()
        if drawn < self.breaks:
            return After.BREAK
        return After.SIGN_OUT if drawn < self.breaks + self.sign_outs else After.READY

    @property
    def steady(self) -> bool:
        """Whether everybody behaves."""
        return self == Mix(seed=self.seed)

    def _dice(self, what: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}|{what}|{number}")  # noqa: S311 - chance, not a secret


STEADY = Mix()


def busy_hour(seed: int) -> Mix:
    """Everything that happens on a bad day, in one hour."""
    return Mix(
        seed=seed,
        hasty=0.15,
        vanishing=0.05,
        reject=0.03,
        busy=0.03,
        no_answer=0.02,
        dying=0.02,
        breaks=0.06,
        sign_outs=0.05,
    )
