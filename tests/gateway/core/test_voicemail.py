"""A message is what somebody said; silence, a click and a breath are none."""

from datetime import UTC, datetime

import pytest

from gateway.core.facts import Fact, FactKind
from gateway.core.voicemail import is_message, messages
from gateway.simulate.hearing import sine

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("samples", "spoken"),
    [
        ([], False),
        (sine(440, 0.9), False),
        ([0] * 40_000, False),
        (sine(100, 5.0, amplitude=60), False),
        ([0] * 20_000 + sine(440, 0.2) + [0] * 20_000, False),
        ([0] * 3_000 + sine(440, 0.5), False),
        ([0] * 8_000 + sine(440, 0.5), True),
        (sine(440, 1.2, amplitude=400), True),
        ([0] * 20_000 + sine(440, 0.2) + [0] * 8_000 + sine(440, 0.2), True),
    ],
)
def test_a_message_has_a_voice_in_it(samples: list[int], *, spoken: bool) -> None:
    """A second at least, and a third of a second louder than a quiet line."""
    assert is_message(samples, 8_000) is spoken


def test_what_facts_tell_of_messages() -> None:
    """Only those of messages, the oldest first."""
    data: dict[str, str | float] = {"callback_id": "b1", "seconds": 3.5, "begin_seconds": 20.25}
    left = Fact(kind=FactKind.VOICEMAIL_LEFT, at=AT, contact_id="c1", data=data)
    other = Fact(kind=FactKind.CALL_ENDED, at=AT, contact_id="c1")
    (one,) = messages([other, left])
    assert (one.contact_id, one.callback_id, one.seconds) == ("c1", "b1", 3.5)
    assert one.begin_seconds == 20.25
