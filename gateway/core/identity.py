"""Who is behind a conversation: identities on channel accounts, and the links between them.

A citizen is whatever live links connect; links are evidence, confirmed by a person unless the
platform itself vouches for them, and reversible: nothing is ever merged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One name of a citizen on one channel account.

    ``account`` is ``kind:name`` (``wechat:main``), empty for a telephone number, which is the same
    on every line. ``scheme`` is what ``value`` is. ``value`` and ``name`` are personal data.
    """

    id: str
    account: str
    scheme: str
    value: str = field(repr=False)
    name: str = field(default="", repr=False)
    first_seen: datetime


class Evidence(StrEnum):
    """Why two identities are thought to be one person."""

    UNION = "union"
    """The platform says so."""
    PHONE = "phone"
    """The citizen gave this telephone number there."""
    OPERATOR = "operator"
    """An operator was told so, and wrote down how."""


class LinkState(StrEnum):
    """待确认 · 已确认 · 已撤销."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLink:
    """Two identities (``a`` < ``b``) and why; only ``confirmed`` ones connect. ``by`` is who."""

    id: str
    a: str
    b: str
    evidence: Evidence
    note: str = field(default="", repr=False)
    state: LinkState = LinkState.PROPOSED
    at: datetime
    by: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""


def connected(start: str, links: Iterable[IdentityLink]) -> frozenset[str]:
    """Every identity that confirmed links connect with ``start``, itself included."""
    pairs = [(one.a, one.b) for one in links if one.state is LinkState.CONFIRMED]
    found, edge = {start}, {start}
    while edge:
        edge = {b if a in edge else a for a, b in pairs if (a in edge) != (b in edge)} - found
        found |= edge
    return frozenset(found)
