"""Laws of detection: what is counted, from when it is found, and that honest people are not."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.settings import Settings
from gateway.app.conduct import detection_of
from gateway.core.call import Call, CallState, Outcome
from gateway.core.detection import (
    HELD_AS,
    Ended,
    Finding,
    Pattern,
    Seen,
    Sightings,
    evidence_of,
    finding_in,
    seen_in,
)
from gateway.core.detection_words import WORDS, told
from gateway.core.errors import IllegalMove
from gateway.core.line import Origin
from gateway.core.standing import ConductRules, persisted
from tests.standing_rows import a_standing

RULES = detection_of(Settings())
EIGHT = datetime(2026, 3, 2, 0, tzinfo=UTC)
OFTEN = {pattern: often.count for pattern, often in RULES.often.items()}


def a_call(at: datetime, number: int = 0, *, wait: float = 20, talk: float = 0) -> Call:
    """It is over; ``talk`` 0: nobody answered."""
    answered = at + timedelta(seconds=wait) if talk else None
    return Call(
        id=f"c{number}-{at.isoformat()}",
        hotline_id=f"Ht-{number}-{at.isoformat()}",
        channel="PJSIP/trunk-local-0000000a",
        number="",
        did="12345",
        origin=Origin.TRUNK,
        state=CallState.ENDED,
        arrived_at=at,
        answered_at=answered,
        ended_at=at + timedelta(seconds=wait + talk),
        outcome=Outcome.ANSWERED if talk else Outcome.ABANDONED,
    )


def findings(ended: list[Ended], sightings: Sightings | None = None) -> list[Finding]:
    """All of them, in the order of time."""
    seen = Sightings(RULES) if sightings is None else sightings
    added = (seen.add(each) for one in ended for each in seen_in(one, RULES))
    return [one for one in added if one is not None]


def calls(count: int, every: timedelta, talk: float = 0) -> list[Call]:
    """Of one number."""
    return [a_call(EIGHT + every * n, talk=talk) for n in range(count)]


def by(call: Call, who: str = "i-1", **more: object) -> Ended:
    """This citizen's."""
    return replace(Ended(call=call, who=who, trunk="local"), **more)  # type: ignore[arg-type]


def test_calls_again_and_again_are_found_at_the_limit_and_not_before() -> None:
    """The finding says how often, in which contacts, from when to when."""
    limit = OFTEN[Pattern.REDIALLING]
    every = timedelta(minutes=2)
    ended = [by(one) for one in calls(limit, every)]
    assert findings(ended[:-1]) == []
    (found,) = findings(ended)
    assert (found.pattern, found.who, found.count) == (Pattern.REDIALLING, "i-1", limit)
    assert found.last - found.first == every * (limit - 1)
    assert found.contact_ids[0] == ended[-1].call.id
    slowly = [by(one) for one in calls(limit, timedelta(minutes=4))]
    assert findings(slowly) == []


@pytest.mark.parametrize(
    "ours", [{"outcome": Outcome.LOST}, {"outcome": Outcome.OVERFLOWED}, {"failed_open": True}]
)
def test_whom_we_cut_off_or_turned_away_may_call_again(ours: dict[str, object]) -> None:
    """Nothing is counted of what was our own fault."""
    ended = [by(replace(one, **ours)) for one in calls(100, timedelta(seconds=20))]  # type: ignore[arg-type]
    assert findings(ended) == []


def test_our_own_calls_and_withheld_numbers_are_nobodys() -> None:
    """There is nobody whom it could be held against."""
    out = [by(replace(one, origin=Origin.OUT)) for one in calls(100, timedelta(seconds=20))]
    assert findings(out) == []
    nobody = [by(one, who="") for one in calls(100, timedelta(seconds=20))]
    assert findings(nobody) == []


def test_a_call_is_silent_by_its_result_or_when_only_the_seat_was_heard() -> None:
    """Whoever spoke, or was not listened to, or had a matter, is not silent."""
    limit = OFTEN[Pattern.SILENT]
    answered = calls(limit, timedelta(hours=2), talk=20)
    assert [one.pattern for one in findings([by(one, code="silent") for one in answered])] == [
        Pattern.SILENT
    ]
    assert len(findings([by(one, heard=False) for one in answered])) == 1
    assert findings([by(one, heard=True) for one in answered]) == []
    assert findings([by(one) for one in answered]) == []
    assert findings([by(one, heard=False, code="consult") for one in answered]) == []


def test_long_occupation_is_long_and_without_a_matter() -> None:
    """An hour about a matter is no misconduct."""
    long = calls(OFTEN[Pattern.OCCUPYING], timedelta(hours=3), talk=20 * 60)
    (found,) = findings([by(one, code="invalid") for one in long])
    assert found.pattern is Pattern.OCCUPYING
    assert findings([by(one, code="help") for one in long]) == []
    brief = calls(OFTEN[Pattern.OCCUPYING], timedelta(hours=3), talk=19 * 60)
    assert findings([by(one, code="invalid") for one in brief]) == []


def test_scanning_is_many_numbers_for_a_moment_and_hardly_anything_else() -> None:
    """A busy trunk whose callers wait is none, nor is one number that calls again."""
    limit = OFTEN[Pattern.SCANNING]

    def touched(n: int, who: str, wait: float = 2) -> Ended:
        return by(a_call(EIGHT + timedelta(seconds=n), n, wait=wait), who=who)

    scan = [touched(n, f"i-{n}") for n in range(limit)]
    (found,) = findings(scan)
    assert (found.pattern, found.who, found.count) == (Pattern.SCANNING, "local", limit)
    busy = [touched(n, f"i-{n}", 2 if n % 2 else 90) for n in range(limit * 2)]
    assert findings(busy) == []
    one_number = [touched(n, "i-1") for n in range(limit)]
    alone = {Pattern.REDIALLING, Pattern.SCANNING_NUMBER}
    assert {one.pattern for one in findings(one_number)} == alone


def test_one_number_that_rings_for_a_moment_again_and_again_is_found() -> None:
    """Who waits longer, is answered, or withholds the number is not; it is one person's record."""
    limit, every = OFTEN[Pattern.SCANNING_NUMBER], timedelta(minutes=4)
    brief = [a_call(EIGHT + every * n, wait=5) for n in range(limit)]
    (found,) = findings([by(one) for one in brief])
    assert (found.pattern, found.who, found.count) == (Pattern.SCANNING_NUMBER, "i-1", limit)
    assert len(found.contact_ids) == limit
    assert findings([by(one) for one in brief[:-1]]) == []
    waits = [a_call(EIGHT + every * n, wait=6) for n in range(limit)]
    assert findings([by(one) for one in waits]) == []
    answered = [a_call(EIGHT + every * n, wait=5, talk=10) for n in range(limit)]
    assert findings([by(one) for one in answered]) == []
    assert findings([by(one, who="") for one in brief]) == []


def test_the_same_words_are_counted_by_their_hash() -> None:
    """Other words between them are other words."""

    def said(n: int, what: str) -> Seen:
        at = EIGHT + timedelta(minutes=n)
        return Seen(pattern=Pattern.SAME_WORDS, who="i-1", contact_id="c", at=at, what=what)

    limit = OFTEN[Pattern.SAME_WORDS]
    sightings = Sightings(RULES)
    told_apart = [sightings.add(said(n, f"w{n % 2}")) for n in range(2 * limit - 2)]
    assert not any(told_apart)
    found = sightings.add(said(2 * limit - 2, "w0"))
    assert found
    assert (found.count, found.contact_ids) == (limit, ("c",))


def test_memory_is_bounded_and_forgets_who_was_still_the_longest() -> None:
    """A flood of numbers costs others' memory, and never more than its size."""
    sightings = Sightings(RULES, most=10)
    ended = [by(a_call(EIGHT, n), who=f"i-{n}", trunk="") for n in range(50)]
    assert findings(ended, sightings) == []
    assert len(sightings) == 10


@pytest.mark.parametrize("pattern", Pattern)
def test_evidence_is_read_again_as_it_was_and_told_in_both_languages(pattern: Pattern) -> None:
    """What is kept says everything but who; what was deleted says nothing."""
    often = RULES.often[pattern]
    found = Finding(
        pattern=pattern,
        who="i-1",
        count=77,
        often=often,
        first=EIGHT,
        last=EIGHT + timedelta(minutes=5),
        contact_ids=tuple(f"{n:032x}" for n in range(12)),
    )
    kept = evidence_of(found)
    assert len(kept) <= 1000
    assert "i-1" not in kept
    assert finding_in(kept) == replace(found, who="")
    assert finding_in("") is None
    for sentence in told(found):
        assert "77" in sentence
        assert str(often.count) in sentence
        assert str(often.minutes) in sentence
    assert pattern in WORDS
    assert pattern in HELD_AS


def a_heavy_citizen(chance: random.Random, who: str) -> Iterator[tuple[datetime, Ended | Seen]]:
    """A day: several matters, redials while the line is full, the same message again and again.

    Bad lines on which nobody hears anything, long talks, and now and then a call without a matter.
    """
    usual = by(a_call(EIGHT), who=who)
    for _ in range(chance.randint(2, 8)):
        at = EIGHT + timedelta(seconds=chance.randint(0, 12 * 3600))
        for _redial in range(12):
            if chance.random() < 0.6:
                break
            ended = at + timedelta(seconds=chance.uniform(1, 120))
            yield at, replace(usual, call=replace(usual.call, arrived_at=at, ended_at=ended))
            at += timedelta(seconds=chance.randint(30, 240))
        roll = chance.random()
        code = "silent" if roll < 0.02 else "invalid" if roll < 0.05 else "help"
        talk = chance.uniform(60, 3600) if chance.random() < 0.1 else chance.uniform(20, 400)
        talk = min(talk, 60) if code == "silent" else talk
        yield at, by(a_call(at, talk=talk), who=who, code=code)
    at = EIGHT + timedelta(seconds=chance.randint(0, 12 * 3600))
    for text in range(chance.randint(0, 3)):
        for _again in range(chance.randint(1, 6)):
            at += timedelta(seconds=chance.randint(20, 600))
            what = f"{who}-{text}"
            yield (
                at,
                Seen(pattern=Pattern.SAME_WORDS, who=who, contact_id="c", at=at, what=what),
            )


def test_of_10000_heavy_but_honest_citizens_nobody_is_suspended() -> None:
    """Under 0.1 % are even looked at, and if all of those were confirmed nothing would follow."""
    chance = random.Random(12345)
    people = [one for n in range(10_000) for one in a_heavy_citizen(chance, f"i-{n}")]
    people.sort(key=lambda one: one[0])
    sightings = Sightings(RULES)
    found: set[tuple[Pattern, str]] = set()
    for _at, one in people:
        for seen in [one] if isinstance(one, Seen) else seen_in(one, RULES):
            finding = sightings.add(seen)
            if finding:
                found.add((finding.pattern, finding.who))
    assert len(people) > 80_000
    assert len({who for _pattern, who in found}) < 10
    for pattern, who in found:
        with pytest.raises(IllegalMove):
            persisted(a_standing(identity_id=who), HELD_AS[pattern], EIGHT, ConductRules())
