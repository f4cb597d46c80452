"""The SIP proxy that may stand between the carriers and Asterisk. All frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSettings:
    """A proxy of ours: carriers are refused politely when the hotline is full or away."""

    enabled: bool = False
    host: str = ""  # address of this machine that carriers reach
    port: int = 5060
    retry_after_seconds: int = 5  # a carrier may send nobody for so long (RFC 3261 21.5.4)
