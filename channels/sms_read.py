"""What platforms for short messages post to a hook, from JSON into our own words. PURE.

Of what a platform posts nothing is lost because it cannot be read: it is kept as ``unknown``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from channels.message import HookAnswer, Inbound, Kind, Receipt, ReceiptState, Received
from channels.sms_sender import NOBODY, digest, sender_of

MOST_TEXT, MOST_WORD, MOST_ID = 8192, 64, 128
MOST_ROWS = 500
CHINA = timezone(timedelta(hours=8))
"""The clock of the platforms' times (no summer time since 1991)."""
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

Json = dict[str, Any]


class Reader:
    """``secret`` is a word of the account's that makes its keys."""

    def __init__(self, secret: str, now: datetime) -> None:
        self._secret, self._now = secret, now
        self.messages: list[Inbound] = []
        self.receipts: list[Receipt] = []

    def received(self, answer: bytes) -> Received:
        """All that was read."""
        kind = "application/json"
        return Received(
            messages=tuple(self.messages),
            receipts=tuple(self.receipts),
            answer=HookAnswer(body=answer, content_type=kind),
        )

    def text(self, sender: object, text: object, at: object, *key: object) -> None:
        """What a citizen wrote; ``key`` is what makes it one."""
        self.messages.append(
            Inbound(
                key=digest(self._secret, "text", *(_word(one, MOST_TEXT) for one in key)),
                sender=sender_of(_word(sender, MOST_WORD)),
                kind=Kind.TEXT,
                sent_at=self.time(at),
                text=_word(text, MOST_TEXT),
            )
        )

    def unknown(self, type_: str, row: object) -> None:
        """What has no other name here."""
        said = json.dumps(row, sort_keys=True).encode() if not isinstance(row, bytes) else row
        self.messages.append(
            Inbound(
                key=digest(self._secret, "unknown", said),
                sender=sender_of(NOBODY),
                kind=Kind.UNKNOWN,
                sent_at=self._now,
                fields={"type": _word(type_, MOST_WORD)},
                starts=False,
            )
        )

    def receipt(self, id_: object, state: ReceiptState, at: object, code: object = "") -> None:
        """How far a message of ours has come; without an id it is nobody's."""
        known = _word(id_, MOST_ID)
        if known:
            self.receipts.append(
                Receipt(
                    provider_id=known, state=state, at=self.time(at), code=_word(code, MOST_WORD)
                )
            )

    def time(self, said: object) -> datetime:
        """Unix seconds, ISO 8601, or China's "YYYY-MM-DD HH:MM:SS"; else when we heard of it."""
        try:
            if isinstance(said, (int, float)) and not isinstance(said, bool):
                found = datetime.fromtimestamp(said, UTC)
            else:
                found = datetime.fromisoformat(str(said))
                found = found if found.tzinfo else found.replace(tzinfo=CHINA)
            return found.astimezone(UTC) if _FIRST < found < _LAST else self._now
        except (ValueError, OverflowError, OSError):
            return self._now


def rows_of(body: bytes) -> list[Json] | None:
    """The objects in a body, one or a list of them; None when it is neither."""
    try:
        told = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    rows = told if isinstance(told, list) else [told]
    if not rows or len(rows) > MOST_ROWS or not all(isinstance(one, dict) for one in rows):
        return None
    return rows


def aliyun(reader: Reader, row: Json) -> None:
    """SmsUp and SmsReport (help.aliyun.com: SmsUp, SmsReport over HTTP)."""
    if "content" in row and "phone_number" in row:
        sent = row.get("send_time")
        key = (row.get("sequence_id"), row["phone_number"], row["content"], sent)
        reader.text(row["phone_number"], row["content"], sent, *key)
    elif "biz_id" in row and isinstance(row.get("success"), bool):
        state = ReceiptState.DELIVERED if row["success"] else ReceiptState.FAILED
        code = "" if row["success"] else row.get("err_code")
        reader.receipt(row["biz_id"], state, row.get("report_time"), code)
    else:
        reader.unknown("aliyun", row)


def tencent(reader: Reader, row: Json) -> None:
    """Reply and status callbacks (cloud.tencent.com/document/product/382: callbacks).

    A reply has no id: it is known by who wrote what, when, and to which extension.
    """
    if "text" in row and "mobile" in row:
        key = (row["mobile"], row["text"], row.get("time"), row.get("extend"))
        reader.text(row["mobile"], row["text"], row.get("time"), *key)
    elif "sid" in row and "report_status" in row:
        good = row["report_status"] == "SUCCESS"
        state = ReceiptState.DELIVERED if good else ReceiptState.FAILED
        code = "" if good else row.get("errmsg")
        reader.receipt(row["sid"], state, row.get("user_receive_time"), code)
    else:
        reader.unknown("tencent", row)


def plain(reader: Reader, row: Json) -> None:
    """Our own form: {"type": "message" | "receipt", "id", …}, see ``sms_http``."""
    known = isinstance(row.get("id"), (str, int)) and row["id"] != ""
    state = row.get("state")
    if known and row.get("type") == "message" and {"from", "text"} <= set(row):
        reader.text(row["from"], row["text"], row.get("at"), row["id"])
    elif (
        known
        and row.get("type") == "receipt"
        and isinstance(state, str)
        and state in set(ReceiptState)
    ):
        reader.receipt(row["id"], ReceiptState(state), row.get("at"), row.get("code", ""))
    else:
        reader.unknown(_word(row.get("type"), MOST_WORD) or "sms", row)


Reading = Callable[[Reader, Json], None]


def _word(value: object, most: int) -> str:
    """A text that the store can hold: no NUL, no half of a pair."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 1 << 63 else ""
    if not isinstance(value, str):
        return ""
    whole = value[:most].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\ufffd")
