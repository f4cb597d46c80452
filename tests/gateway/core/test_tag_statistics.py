"""The figures of special lines and merged hotlines: each contact once, the same from its facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.core import chat_moves, line
from gateway.core.call_moves import advance, arrive
from gateway.core.chat import Chat, ChatForm
from gateway.core.errors import IllegalMove
from gateway.core.facts import Fact, FactKind
from gateway.core.tag_statistics import (
    Counted,
    LineFigures,
    TagReport,
    Tally,
    counted_call,
    counted_chat,
    recomputed,
)
from gateway.core.tags import UNTAGGED, Tags
from tests.gateway.core.test_tags import TARGETS, event_of, some_tags

BEGIN = datetime(2026, 11, 20, 4, tzinfo=UTC)
SPAN = timedelta(hours=1)
STEPS = (
    "RecordingStarted",
    "FlowFailedOpen",
    "CallerQueued",
    "SeatRang",
    "SeatAnswered",
    "CallerLeftQueue",
    "EmergencyReached",
    "CallOverflowed",
    "CallHeld",
    "CallGone",
)
moments = st.integers(-600, 4200)
"""Seconds from the span's beginning; some before and some after it."""
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), max_size=10)


def a_call_of(
    n: int, tags: Tags, at: int, told: list[tuple[str, int]], *, cut: bool, out: bool
) -> tuple[Counted, list[Fact]]:
    """A call that went so, as its row and as its facts."""
    now = BEGIN + timedelta(seconds=at)
    came = line.CallArrived(
        hotline_id=f"H-{n}",
        at=now,
        channel=f"PJSIP/{n}",
        number="",
        did="12345",
        origin=line.Origin.OUT if out else line.Origin.TRUNK,
    )
    call, fact = arrive(came, f"c{n}", tags)
    facts = [fact]
    for name, after in told:
        now += timedelta(seconds=after)
        event = replace(event_of(name, now), hotline_id=call.hotline_id)
        if isinstance(event, line.CallGone) and not call.outcome:
            event = replace(event, cut=cut)
        try:
            call, fact = advance(call, event, "op-1")
        except IllegalMove:
            continue
        facts.append(fact)
    return counted_call(call), facts


def a_chat_of(
    n: int, tags: Tags, at: int, words: list[int], *, form: ChatForm, closed: bool
) -> tuple[Counted, list[Fact]]:
    """A conversation: after how long each word was answered (0: it never was)."""
    now = BEGIN + timedelta(seconds=at)
    chat = Chat(
        id=f"k{n}",
        channel="wechat",
        account="wechat:main",
        identity_id="i",
        tags=tags,
        form=form,
        queue="civil",
        opened_at=now,
    )
    facts = [chat_moves.fact_of(FactKind.CHAT_OPENED, chat, now, form=form.value, **tags.said())]
    for waited in words:
        chat, more = chat_moves.heard(chat, chat.last_seq + 1, now, TARGETS)
        facts += more
        if waited:
            now += timedelta(seconds=waited)
            chat, more = chat_moves.answered(chat, chat.last_seq + 1, now)
            facts += more
    if closed:
        chat, fact = chat_moves.closed(chat, now, reason="done")
        facts.append(fact)
    return counted_chat(chat), facts


calls = st.lists(st.tuples(some_tags, moments, steps, st.booleans(), st.booleans()), max_size=8)
chats = st.lists(
    st.tuples(
        some_tags,
        moments,
        st.lists(st.sampled_from([0, 5, 180, 181, 90_000]), max_size=3),
        st.sampled_from(ChatForm),
        st.booleans(),
    ),
    max_size=6,
)


def tallied(contacts: list[Counted]) -> TagReport:
    """As the store gives them: those that began in the span."""
    tally = Tally()
    for one in contacts:
        if BEGIN <= one.opened_at < BEGIN + SPAN:
            tally.add(one)
    return tally.report()


def told(report: TagReport) -> TagReport:
    """Without what nothing came by; facts know of a call that we made that it is none."""
    nothing = LineFigures()
    return TagReport(
        tags={name: one for name, one in report.tags.items() if one != nothing},
        origins={name: one for name, one in report.origins.items() if one != nothing},
        whole=report.whole,
    )


@given(calls, chats)
def test_the_rows_and_the_facts_give_the_same_figures(
    phoned: list[tuple[Tags, int, list[tuple[str, int]], bool, bool]],
    written: list[tuple[Tags, int, list[int], ChatForm, bool]],
) -> None:
    """Whatever became of each contact, and whichever of them began within the time."""
    lives = [
        a_call_of(n, tags, at, went, cut=cut, out=out)
        for n, (tags, at, went, cut, out) in enumerate(phoned)
    ] + [
        a_chat_of(n, tags, at, words, form=form, closed=closed)
        for n, (tags, at, words, form, closed) in enumerate(written)
    ]
    facts = sorted((fact for _, mine in lives for fact in mine), key=lambda fact: fact.at)
    report = tallied([row for row, _ in lives])
    assert told(recomputed(facts, BEGIN, BEGIN + SPAN)) == told(report)
    for side in (report.tags, report.origins):
        assert sum(side.values(), LineFigures()) == report.whole


def test_each_line_has_its_own_figures() -> None:
    """What came by the enterprise line is in its row and in no other's, nor is our own call out."""
    enterprise, merged = Tags(tag="enterprise"), Tags(origin="12315")
    answered = [("CallerQueued", 1), ("SeatRang", 1), ("SeatAnswered", 3), ("CallGone", 60)]
    left = [("CallerQueued", 1), ("CallGone", 30)]
    rows = [
        a_call_of(1, enterprise, 0, answered, cut=False, out=False)[0],
        a_call_of(2, enterprise, 5, left, cut=False, out=False)[0],
        a_call_of(3, merged, 9, answered, cut=False, out=False)[0],
        a_call_of(4, enterprise, 9, answered, cut=False, out=True)[0],
        a_call_of(5, UNTAGGED, 9, answered, cut=False, out=False)[0],
        a_chat_of(1, enterprise, 9, [181], form=ChatForm.CHAT, closed=True)[0],
        a_chat_of(2, enterprise, 9, [181], form=ChatForm.FORM, closed=True)[0],
    ]
    report = tallied(rows)
    mine = report.tags["enterprise"]
    assert (mine.calls.arrived, mine.calls.answered, mine.calls.abandoned) == (2, 1, 1)
    assert (mine.calls.connect_rate, mine.calls.in_time) == (0.5, 1)
    assert (mine.written.received, mine.written.answered, mine.written.in_time) == (2, 2, 1)
    assert set(report.tags) == {"", "enterprise"}
    assert {name: one.calls.arrived for name, one in report.origins.items()} == {"": 3, "12315": 1}
    assert report.whole.calls.arrived == 4
