"""What every line promises: in this process, and in Redis."""

from __future__ import annotations

from dataclasses import replace

from gateway.core.kept_free import set_aside, slow_operator, taken_up
from gateway.ports.messages import Claim, Line, LineCounts
from tests.line_places import NOW, after, chat, line, redis_server

__all__ = ["line", "redis_server"]


async def drain(line: Line, *queues: str, operator: str = "op") -> list[str]:
    """Claim until nothing is there; the ids in the order of service."""
    found = []
    while claim := await line.claim("8001", operator, queues, NOW, 60):
        found.append(claim.item.id)
    return found


async def claimed(line: Line, item_id: str, seconds: float = 60) -> Claim:
    """This one, taken."""
    claim = await line.take(item_id, "8001", NOW, seconds)
    assert claim
    return claim


async def test_emergencies_then_the_earliest_due_then_the_longest_wait_then_the_id(
    line: Line,
) -> None:
    """One order over all queues of the seat, whatever the order of arrival."""
    await line.put(
        chat("late", due=300),
        chat("b", since=5, due=100),
        chat("a", since=5, due=100),
        chat("long", queue="tax", since=1, due=100),
        chat("urgent", queue="tax", due=900, emergency=True),
        chat("other", queue="police", due=1, emergency=True),
    )
    assert await drain(line, "civil", "tax") == ["urgent", "long", "a", "b", "late"]
    assert await drain(line, "police") == ["other"]


async def test_microseconds_decide(line: Line) -> None:
    """Ranks are held exactly."""
    await line.put(*(chat(f"c{n}", since=0, due=100 + n / 1_000_000) for n in (3, 1, 2, 0)))
    await line.put(*(chat(f"d{n}", since=n / 1_000_000, due=200) for n in (3, 1, 2, 0)))
    assert await drain(line, "civil") == [f"{letter}{n}" for letter in "cd" for n in range(4)]


async def test_ids_are_ordered_by_their_bytes(line: Line) -> None:
    """Capitals before small letters, in one queue and over two."""
    await line.put(chat("a"), chat("B", queue="tax"), chat("b"), chat("A", queue="tax"), chat("Ba"))
    assert await drain(line, "civil", "tax") == ["A", "B", "Ba", "a", "b"]


async def test_what_comes_out_is_what_went_in(line: Line) -> None:
    """The claim has the item as it was put, the seat, and its end."""
    item = chat("a", emergency=True, wanted="op", until=9.000001)
    await line.put(item)
    assert await line.head(("tax",), "op", NOW) == item
    claim = await line.claim("8001", "op", ("tax",), NOW, 20)
    assert claim
    assert (claim.item, claim.seat, claim.until) == (item, "8001", after(20))
    assert await line.head(("civil",), "op", NOW) is None


async def test_nobody_has_what_another_holds(line: Line) -> None:
    """A claimed item waits no more and cannot be put, claimed or taken again."""
    item = chat("a")
    await line.put(item)
    await claimed(line, "a")
    await line.put(item)
    assert await line.claim("8002", "op2", ("civil",), NOW, 60) is None
    assert await line.take("a", "8002", NOW, 60) is None
    assert await line.ahead_of("a") is None
    assert await line.counts() == {}


async def test_who_is_there_keeps_the_place(line: Line) -> None:
    """A second put changes nothing, not even a better rank."""
    await line.put(chat("a", due=200), chat("b", due=100))
    await line.put(chat("a", due=1, queue="tax"))
    assert await drain(line, "civil", "tax") == ["b", "a"]


async def test_what_wants_an_operator_is_kept_for_them_until_its_time_is_over(line: Line) -> None:
    """Theirs in whatever queue, also afterwards; then anybody's who serves its queue."""
    await line.put(chat("a", wanted="li", until=30), chat("b", due=999))
    assert await line.head(("civil",), "wang", NOW) == chat("b", due=999)
    assert await line.head(("tax",), "li", NOW) == chat("a", wanted="li", until=30)
    assert await line.head(("tax",), "wang", after(30)) is None
    assert await line.head((), "li", after(30)) == chat("a", wanted="li", until=30)
    claim = await line.claim("8001", "wang", ("civil",), after(30), 60)
    assert claim
    assert claim.item.id == "a"
    assert await line.head((), "li", after(30)) is None


async def test_what_wants_an_operator_without_a_time_is_kept_from_nobody(line: Line) -> None:
    """Nobody waits for ever for somebody who went home."""
    await line.put(chat("a", wanted="li"), chat("b", wanted="li"))
    assert await line.head((), "li", NOW) == chat("a", wanted="li")
    assert await drain(line, "civil", operator="wang") == ["a", "b"]


async def test_what_is_set_aside_is_found_by_who_looks_for_it_and_in_time_by_all(
    line: Line,
) -> None:
    """Of its queue alone; then it stands among the others by its rank."""
    slow, tax = chat("slow", due=999), chat("tax", queue="tax")
    aside = set_aside(slow, after(30))
    await line.put(aside, set_aside(tax, after(30)), chat("b", due=9999))
    assert await line.head(("civil", "tax"), "wang", NOW) == chat("b", due=9999)
    found = await line.head((), slow_operator("civil"), NOW)
    assert found == aside
    assert taken_up(found) == slow
    claim = await claimed(line, "slow")
    assert await line.head((), slow_operator("civil"), NOW) is None
    assert await line.give_back(claim, aside)
    assert await line.head(("civil",), "wang", after(30)) == aside


async def test_an_operators_own_does_not_go_before_what_is_earlier(line: Line) -> None:
    """Wanted or not, the first by rank of what they may have."""
    await line.put(
        chat("own", wanted="op", until=99, due=100),
        chat("first", due=50),
        chat("urgent", wanted="op", until=99, due=500, emergency=True),
        chat("urgent2", due=600, emergency=True),
    )
    assert await drain(line, "civil") == ["urgent", "urgent2", "first", "own"]


async def test_nobody_is_nobodys_operator(line: Line) -> None:
    """An empty operator has nothing of their own."""
    await line.put(chat("a"))
    assert await line.claim("8001", "", (), NOW, 60) is None


async def test_fences_grow_and_who_holds_an_older_claim_has_lost(line: Line) -> None:
    """Keep and give back of a claim that is over change nothing."""
    await line.put(chat("a"), chat("b"))
    first = await claimed(line, "a", 10)
    assert await line.lapse(after(9.999)) == ()
    assert await line.lapse(after(10)) == ("a",)
    assert not await line.keep(first, after(99))
    second = await claimed(line, "a", 10)
    assert second.fence > first.fence
    assert not await line.keep(first, after(99))
    assert not await line.give_back(first, first.item)
    assert await line.keep(second, after(30))
    assert await line.lapse(after(29)) == ()
    assert await line.lapse(after(30)) == ("a",)


async def test_what_comes_back_stands_where_it_stood(line: Line) -> None:
    """After a lapse and after giving back: the old rank."""
    await line.put(*(chat(name, due=due) for due, name in enumerate("abcd")))
    first, second = await claimed(line, "a", 5), await claimed(line, "b")
    assert await line.give_back(second, second.item)
    assert not await line.give_back(second, second.item)
    assert await line.lapse(after(5)) == ("a",)
    assert not await line.give_back(first, first.item)
    assert await drain(line, "civil") == ["a", "b", "c", "d"]


async def test_what_is_given_back_may_have_changed(line: Line) -> None:
    """To another queue, or for one operator; the rank is the item's own."""
    await line.put(chat("a", due=5), chat("b", queue="tax", due=4), chat("c", queue="tax", due=6))
    claim = await claimed(line, "a")
    moved = replace(claim.item, queue="tax", wanted_operator="li", wanted_until=after(9))
    assert await line.give_back(claim, moved)
    assert await drain(line, "civil", "tax") == ["b", "c"]
    assert await drain(line, operator="li") == ["a"]


async def test_removed_is_removed_waiting_or_claimed(line: Line) -> None:
    """No error when it is not there; whoever held it has lost it."""
    await line.put(chat("a"), chat("b", wanted="li", until=9), chat("c"))
    held = await claimed(line, "c")
    for name in ("a", "b", "c", "c", "never"):
        await line.remove(name)
    assert not await line.keep(held, after(99))
    assert not await line.give_back(held, held.item)
    assert await line.lapse(after(999)) == ()
    assert await drain(line, "civil", operator="li") == []
    assert await line.counts() == {}
    await line.put(chat("a"))
    assert await drain(line, "civil") == ["a"]


async def test_lapsed_are_named_once_the_longest_over_first(line: Line) -> None:
    """Many at once, too."""
    await line.put(*(chat(f"c{n:04}") for n in range(1200)))
    for n in range(1200):
        await claimed(line, f"c{n:04}", 1200 - n)
    assert len(await line.lapse(after(600))) == 600
    assert await line.lapse(after(600)) == ()
    assert await line.lapse(after(602)) == ("c0599", "c0598")


async def test_how_many_of_the_queue_are_before(line: Line) -> None:
    """Emergencies and what is kept for others count; other queues do not; claimed ones have gone.

    None for who does not wait.
    """
    await line.put(
        chat("c", due=30),
        chat("a", due=10),
        chat("k", due=20, wanted="li", until=99),
        chat("e", due=900, emergency=True),
        chat("ek", due=901, emergency=True, wanted="li", until=99),
        chat("t", queue="tax", due=1),
    )
    ahead = {name: await line.ahead_of(name) for name in ("e", "ek", "a", "k", "c", "t", "never")}
    assert ahead == {"e": 0, "ek": 1, "a": 2, "k": 3, "c": 4, "t": 0, "never": None}
    await claimed(line, "a")
    assert [await line.ahead_of(name) for name in ("a", "c")] == [None, 3]
    await line.head(("civil",), "wang", after(99))
    assert [await line.ahead_of(name) for name in ("e", "ek", "k", "c")] == [0, 1, 2, 3]


async def test_counts_are_of_what_waits(line: Line) -> None:
    """By queue: how many, how many emergencies, since when the first of them waits."""
    assert await line.counts() == {}
    await line.put(
        chat("a", since=-50, due=99),
        chat("b", since=-90, due=999),
        chat("c", since=5, emergency=True, wanted="li", until=9),
        chat("d", queue="tax", since=0.000001),
    )
    tax = LineCounts(waiting=1, emergencies=0, oldest_since=after(0.000001))
    civil = LineCounts(waiting=3, emergencies=1, oldest_since=after(-90))
    assert await line.counts() == {"civil": civil, "tax": tax}
    claim = await claimed(line, "b")
    await claimed(line, "c")
    left = LineCounts(waiting=1, emergencies=0, oldest_since=after(-50))
    assert await line.counts() == {"civil": left, "tax": tax}
    await line.give_back(claim, claim.item)
    await line.remove("a")
    only = LineCounts(waiting=1, emergencies=0, oldest_since=after(-90))
    assert await line.counts() == {"civil": only, "tax": tax}


async def test_a_line_built_anew_is_exactly_that(line: Line) -> None:
    """All of them wait, nothing else does, and every claim from before has lost."""
    await line.put(chat("old"), chat("kept", wanted="li", until=9), chat("a", queue="tax"))
    held = await claimed(line, "old")
    await line.rebuild([chat("a", due=2), chat("b", due=1), chat("old", due=3)])
    assert await line.whole()
    assert not await line.keep(held, after(99))
    assert not await line.give_back(held, held.item)
    assert await line.lapse(after(999)) == ()
    assert (await line.counts()).keys() == {"civil"}
    assert await drain(line, operator="li") == []
    newer = await line.claim("8001", "op", ("civil", "tax"), NOW, 60)
    assert newer
    assert newer.fence > held.fence
    assert await drain(line, "civil", "tax") == ["a", "old"]
    await line.rebuild([])
    assert await line.counts() == {}
    assert await line.whole()


async def test_empty_names_and_long_waits_are_no_surprise(line: Line) -> None:
    """Chinese names of queues, years of waiting, a thousand queues at once."""
    item = replace(chat("a", queue="综合"), since=after(-4e7), due_at=after(4e8))
    await line.put(item)
    many = [f"q{n}" for n in range(1000)]
    assert await line.head((*many, "综合"), "op", NOW) == item
