"""Messages on the wallboard: who waits for a word, by channel, and who waits too long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.core.chat import Chat, ChatForm
from gateway.core.message_statistics import MessageFigures
from gateway.intake.message_board import message_alarms, messages_view

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


def owed(id_: str, channel: str, waited_seconds: float) -> Chat:
    """Somebody who waits since then, with the target of a chat."""
    since = NOW - timedelta(seconds=waited_seconds)
    return Chat(
        id=id_,
        channel=channel,
        account=f"{channel}:main",
        identity_id="i",
        queue="civil",
        opened_at=since,
        waiting_since=since,
        due_at=since + timedelta(seconds=180),
    )


def test_each_channel_has_its_waits_and_the_whole_has_all_of_them() -> None:
    """The longest wait and the overdue ones; a channel where nobody waits is there with nought."""
    chats = [owed("a", "wechat", 20), owed("b", "wechat", 200), owed("c", "web", 40)]
    view = messages_view(chats, ("wechat", "web", "app"), {}, NOW)
    assert (view["waiting"], view["overdue"]) == (3, 1)
    assert view["longest_wait_since"] == "2026-11-27T19:56:40.000Z"
    rows = {one["channel"]: one for one in view["channels"]}
    assert list(rows) == ["app", "web", "wechat", "form"]
    assert [rows[name]["waiting"] for name in rows] == [0, 1, 2, 0]
    assert rows["wechat"]["overdue"] == 1
    assert rows["app"]["answered_in_180s_rate"] is None
    assert [code for code, _ in message_alarms(chats, NOW)] == ["messages_overdue"]
    assert not list(message_alarms(chats[::2], NOW))


def test_a_form_is_a_row_of_its_own_and_its_day_is_no_long_wait() -> None:
    """It counts as overdue after its own target; nobody who is answered waits."""
    form = replace(owed("f", "web", 7200), form=ChatForm.FORM, due_at=NOW + timedelta(hours=22))
    late = replace(form, id="l", due_at=NOW)
    done = replace(owed("d", "web", 900), waiting_since=None, due_at=None)
    view = messages_view([form, late, done], ("web",), {}, NOW)
    assert (view["waiting"], view["longest_wait_since"], view["overdue"]) == (0, None, 1)
    assert view["channels"][-1]["channel"] == "form"
    assert view["channels"][-1]["waiting"] == 2


def test_the_rate_of_the_whole_is_that_of_all_waits_not_the_mean_of_the_channels() -> None:
    """Many on one channel weigh more than few on another."""
    totals = {
        "wechat": MessageFigures(answered=8, in_time=8),
        "web": MessageFigures(answered=1, unanswered=1),
    }
    view = messages_view([], (), totals, NOW)
    assert view["answered_in_180s_rate"] == 0.8
    assert [one["answered_in_180s_rate"] for one in view["channels"]] == [0.0, 1.0, None]
