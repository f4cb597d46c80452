"""What can go wrong in a flow, one class per cause.

IvrError
├── FlowNotValid    a flow that must not be used; lists every problem at once
├── CallerGone      the caller hung up; nothing more to do
├── ProtocolFault   the other end does not speak FastAGI, or not in time
└── Unsafe          a word that must not go to the telephone system
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class IvrError(Exception):
    """Something went wrong in a flow."""

    code: ClassVar[str] = "ivr-error"


@dataclass(frozen=True, slots=True)
class FlowProblem:
    """One thing wrong with a flow.

    ``code`` is for ever: E… must be mended before the flow can be used, W… should be. ``node`` is
    the node's id, or empty for the whole flow. ``zh`` and ``en`` say what is wrong.
    """

    code: str
    node: str
    zh: str
    en: str

    @property
    def forbids(self) -> bool:
        """Whether the flow must not be used."""
        return self.code.startswith("E")


class FlowNotValid(IvrError):
    """This flow cannot be used."""

    code = "flow-not-valid"

    def __init__(self, *problems: FlowProblem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(
            f"{each.code} {each.node}: {each.zh} / {each.en}" for each in self.problems
        )


class CallerGone(IvrError):
    """The caller hung up."""

    code = "caller-gone"


class ProtocolFault(IvrError):
    """The other end does not speak FastAGI as it should."""

    code = "protocol-fault"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unsafe(IvrError):
    """A word holds what must not be sent."""

    code = "unsafe"
