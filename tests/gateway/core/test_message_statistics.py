"""The day of messages, from its facts."""

from datetime import UTC, datetime, timedelta

from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.message_statistics import MessageFigures, MessageStatistics

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


def told(kind: FactKind, minutes_ago: float = 1, **data: Scalar) -> Fact:
    """One fact of a WeChat conversation."""
    plain: dict[str, Scalar] = {"form": "chat", "channel": "wechat", **data}
    return Fact(kind=kind, at=NOW - timedelta(minutes=minutes_ago), contact_id="c", data=plain)


def counted(*facts: Fact) -> MessageStatistics:
    """Statistics that have heard these."""
    statistics = MessageStatistics()
    for fact in facts:
        statistics.feed(fact)
    return statistics


def test_an_answer_within_three_minutes_is_in_time_and_a_later_one_is_not() -> None:
    """180 s is in time, a moment more is late; each channel counts its own."""
    totals = counted(
        told(FactKind.CHAT_ANSWERED, waited_seconds=180.0),
        told(FactKind.CHAT_ANSWERED, waited_seconds=180.001),
        told(FactKind.CHAT_ANSWERED, waited_seconds=5, channel="web"),
    ).totals(NOW)
    assert totals == {
        "wechat": MessageFigures(answered=2, in_time=1),
        "web": MessageFigures(answered=1, in_time=1),
    }
    assert totals["wechat"].in_time_rate == 0.5


def test_what_was_closed_while_they_waited_weighs_on_the_rate() -> None:
    """Unless the citizen left within the three minutes, or nothing was owed."""
    totals = counted(
        told(FactKind.CHAT_CLOSED, waited_seconds=20, reason="closed"),
        told(FactKind.CHAT_CLOSED, waited_seconds=20, reason="left"),
        told(FactKind.CHAT_CLOSED, waited_seconds=200, reason="left"),
        told(FactKind.CHAT_CLOSED, reason="closed"),
    ).totals(NOW)
    assert totals == {"wechat": MessageFigures(unanswered=2)}
    assert totals["wechat"].in_time_rate == 0


def test_forms_and_what_is_older_than_a_day_count_nowhere() -> None:
    """A form has a day; the window rolls."""
    statistics = counted(
        told(FactKind.CHAT_ANSWERED, waited_seconds=4000, form="form"),
        told(FactKind.CHAT_ANSWERED, waited_seconds=1, minutes_ago=23 * 60 + 58),
        told(FactKind.CHAT_ACCEPTED),
    )
    assert statistics.totals(NOW) == {"wechat": MessageFigures(answered=1, in_time=1)}
    assert statistics.totals(NOW + timedelta(minutes=3)) == {}
    assert MessageFigures().in_time_rate is None
