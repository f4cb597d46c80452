"""What every store promises about where the facts of a day begin."""

from datetime import timedelta

from gateway.core.facts import FactKind
from tests.store_world import NOON, StorePlace, a_fact

HOUR = timedelta(hours=1)


async def test_the_facts_of_the_calls_since_then_are_found_without_reading_the_others(
    place: StorePlace,
) -> None:
    """From the first call that arrived since; one that was recorded late is not missed."""
    async with place.open() as store:
        assert await store.fact_seqs(NOON) == (1, 0)
        await store.record(
            a_fact("yesterday", kind=FactKind.CALL_ARRIVED, at=NOON - HOUR),
            a_fact("yesterday", kind=FactKind.CALL_ENDED, at=NOON + HOUR),
            a_fact("noon", kind=FactKind.CALL_ARRIVED, at=NOON),
        )
        await store.record(a_fact("late", kind=FactKind.CALL_ARRIVED, at=NOON + HOUR))
        await store.record(a_fact("older", kind=FactKind.CALL_ARRIVED, at=NOON + HOUR / 2))
        facts = await store.facts()
        seq = {(fact.contact_id, fact.kind): fact.seq for fact in facts}
        first, newest = await store.fact_seqs(NOON)
        assert first == seq["noon", FactKind.CALL_ARRIVED]
        assert newest == facts[-1].seq
        assert (await store.fact_seqs(NOON + HOUR / 4))[0] == seq["late", FactKind.CALL_ARRIVED]
        assert await store.fact_seqs(NOON + 2 * HOUR) == (newest + 1, newest)


async def test_a_day_of_messages_alone_begins_with_its_first_answer(place: StorePlace) -> None:
    """Where nobody called, the figures of the messages are found all the same."""
    async with place.open() as store:
        await store.record(
            a_fact("old", kind=FactKind.CHAT_ANSWERED, at=NOON - HOUR),
            a_fact("one", kind=FactKind.CHAT_OPENED, at=NOON),
            a_fact("one", kind=FactKind.CHAT_ANSWERED, at=NOON),
            a_fact("one", kind=FactKind.CHAT_CLOSED, at=NOON + HOUR),
        )
        assert await store.fact_seqs(NOON) == (3, 4)
        assert await store.fact_seqs(NOON + HOUR) == (4, 4)
