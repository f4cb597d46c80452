"""分中心: departments that keep a centre of their own and pool its data with the hotline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A sub-centre's system, which tells us of its contacts and reads ours of its origin."""

    id: str  # the origin that it stands for, as in [[number]] and [[channel]]
    title_zh: str
    title_en: str
    secret_file: Path  # signs both ways (Standard Webhooks): whsec_ and base64
