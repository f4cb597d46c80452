"""By which way a message leaves, and when it is tried again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.outbound import OutEntry, OutRoute, ReplyGrant
from gateway.core.sending import LONGEST_PAUSE_SECONDS, is_over, pause_seconds, route_of

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
BOTH = {OutRoute.REPLY, OutRoute.NOTICE}
GRANT = ReplyGrant(
    id="g",
    identity_id="i",
    trigger="k",
    granted_at=NOON,
    expires_at=NOON + timedelta(hours=48),
    quota=5,
)


def an_entry(**more: Any) -> OutEntry:
    """One that waits since noon."""
    defaults: dict[str, Any] = {
        "message_id": "m",
        "contact_id": "c",
        "identity_id": "i",
        "account": "wechat:main",
        "route": OutRoute.REPLY,
        "next_at": NOON,
        "not_after": NOON + timedelta(hours=48),
        "changed_at": NOON,
    }
    return OutEntry(**defaults | more)


def test_the_best_way_there_is() -> None:
    """Within the right, else a notification, else a short message, else none."""
    entry = an_entry()
    ask = {"routes": BOTH, "grants_rule": True, "sms": True}
    assert route_of(entry, GRANT, **ask) is OutRoute.REPLY  # type: ignore[arg-type]
    assert route_of(entry, None, **ask) is OutRoute.NOTICE  # type: ignore[arg-type]
    only = {OutRoute.REPLY}
    assert route_of(entry, None, only, grants_rule=True, sms=True) is OutRoute.SMS
    assert route_of(entry, None, only, grants_rule=True, sms=False) is None
    assert route_of(entry, None, only, grants_rule=False, sms=False) is OutRoute.REPLY


def test_what_the_platform_refused_is_not_asked_again() -> None:
    """Each way once."""
    entry = an_entry(tries=1)
    shut = {OutRoute.REPLY, OutRoute.NOTICE}
    assert route_of(entry, GRANT, BOTH, grants_rule=True, sms=False, shut=shut) is None
    ways = route_of(entry, GRANT, BOTH, grants_rule=True, sms=False, shut={OutRoute.REPLY})
    assert ways is OutRoute.NOTICE


def test_a_right_is_spent_once_for_all_tries_of_a_message() -> None:
    """The fifth of five is tried again although nothing is left."""
    entry = an_entry(tries=2)
    assert route_of(entry, None, BOTH, grants_rule=True, sms=False) is OutRoute.REPLY


@settings(deadline=None)  # a busy machine is no fault
@given(st.integers(1, 60), st.floats(0, 1), st.floats(0, 3600))
def test_pauses_grow_to_a_limit_and_obey_the_platform(
    tries: int, jitter: float, least: float
) -> None:
    """Never shorter than asked, never longer than the limit for its own sake."""
    pause = pause_seconds(tries, jitter, least)
    assert pause >= least
    assert pause <= max(least, LONGEST_PAUSE_SECONDS)
    assert pause_seconds(tries + 1, jitter) >= pause_seconds(tries, jitter)


def test_what_is_too_late_says_nothing() -> None:
    """Exactly at its end it is over."""
    assert not is_over(an_entry(), NOON)
    assert is_over(an_entry(), NOON + timedelta(hours=48))
