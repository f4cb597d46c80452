"""What was heard, to be put into a store in a test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gateway.core.transcript import (
    Alarm,
    HearingJob,
    Party,
    Privacy,
    Segment,
    Source,
    SpokenWord,
)
from tests.store_world import NOON

SECOND = timedelta(seconds=1)


def a_segment(id: str, contact_id: str, seq: int, **more: Any) -> Segment:
    """Words of a citizen, ``seq`` seconds after noon; nobody corrected them."""
    defaults: dict[str, Any] = {
        "party": Party.CITIZEN,
        "source": Source.LIVE,
        "begin_seconds": float(seq),
        "end_seconds": seq + 0.75,
        "at": NOON + seq * SECOND,
        "text": f"楼下第{seq}次夜间施工",
    }
    return Segment(id=id, contact_id=contact_id, seq=seq, **defaults | more)


def a_corrected_segment(id: str, contact_id: str, seq: int, **more: Any) -> Segment:
    """Words of an operator with a masked number, corrected; every field is set."""
    defaults: dict[str, Any] = {
        "party": Party.SEAT,
        "source": Source.RECORDING,
        "text": "您的电话是138****1234",
        "words": (
            SpokenWord(text="您的", begin_seconds=1.25, end_seconds=1.5),
            SpokenWord(text="138****1234", begin_seconds=1.5, end_seconds=3.0),
        ),
        "original": "您的电话是13800001234",
        "raw": "您的 电话 是 幺 三 八",
        "operator_id": "op-1",
        "message_id": "m1",
        "model": "vosk-cn",
        "corrected": "您的电话号码是138****1234",
        "corrected_by": "op-2",
        "corrected_at": NOON + 60 * SECOND,
    }
    return a_segment(id, contact_id, seq, **defaults | more)


def a_job(id: str, contact_id: str, **more: Any) -> HearingJob:
    """A side of a recording that nobody heard live."""
    defaults: dict[str, Any] = {
        "party": Party.CITIZEN,
        "source": Source.RECORDING,
        "file": f"H{contact_id}-citizen.wav",
        "since": NOON,
    }
    return HearingJob(id=id, contact_id=contact_id, **defaults | more)


def an_alarm(id: str, contact_id: str, **more: Any) -> Alarm:
    """A citizen said that there is a fire."""
    defaults: dict[str, Any] = {"word": "着火", "party": Party.CITIZEN, "at": NOON}
    return Alarm(id=id, contact_id=contact_id, **defaults | more)


def a_privacy(contact_id: str, *, confidential: bool = True) -> Privacy:
    """What the citizen asked for at noon."""
    return Privacy(contact_id=contact_id, confidential=confidential, by="op-1", at=NOON)
