"""What WeChat's single fields mean: who, when, where, and by which key. PURE."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from channels.errors import Malformed
from channels.message import Datum, Location

MOST_ID = 128


def sender(top: Mapping[str, str]) -> str:
    """The citizen's openid; raises Malformed when there is none."""
    openid = top.get("FromUserName", "").strip()
    if not openid or len(openid) > MOST_ID or not openid.isprintable():
        raise Malformed("no sender")
    return openid


def receiver(top: Mapping[str, str]) -> str:
    """The account's own id, with which every key begins."""
    return top.get("ToUserName", "").strip()[:MOST_ID]


def digest(*parts: str) -> str:
    """Length before each part, so that moving a border between two parts changes it."""
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def time(top: Mapping[str, str], now: datetime) -> datetime:
    """The platform's time; ours when it has none, or one that cannot be."""
    text = top.get("CreateTime", "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 11:
        return now
    at = datetime.fromtimestamp(int(text), UTC)
    return at if at <= now + timedelta(days=1) else now


def place(top: Mapping[str, str], latitude: str, longitude: str, datum: Datum) -> Location | None:
    """Degrees by these names; None when they are no place on earth."""
    try:
        north, east = float(top[latitude]), float(top[longitude])
        near = float(top.get("Precision") or 0)
    except (KeyError, ValueError):
        return None
    if not (abs(north) <= 90 and abs(east) <= 180):
        return None
    return Location(
        latitude=north,
        longitude=east,
        datum=datum,
        accuracy_m=near if math.isfinite(near) and near >= 0 else 0.0,
        address=top.get("Label", ""),
    )


def named(top: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Theirs by our names, those that say something."""
    return {ours: top[theirs] for theirs, ours in names.items() if top.get(theirs)}
