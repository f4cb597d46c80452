"""找原话: where words stand in transcripts and messages, for whoever may see them.

Whoever may see only their own contacts finds only what was said where they sat. Each search is
noted before anything is shown; what was looked for stands in no fact.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.core.errors import NotAllowed
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Right, may
from gateway.core.transcript import FoundWords, WordsQuery
from gateway.ports import Clock, Store


class WordSearch:
    """The search over what the store keeps; nothing of a confidential contact is found."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def find(self, operator: Operator, query: WordsQuery) -> tuple[FoundWords, ...]:
        """Newest first. Raises NotAllowed, and Invalid for too short a text or a wrong cursor."""
        query = replace(query, not_for=operator.id)
        if not may(operator.role, Right.SEE_ALL_CONTACTS):
            if not may(operator.role, Right.SEE_OWN_CONTACTS):
                raise NotAllowed(Right.SEE_OWN_CONTACTS.value)
            query = replace(query, operator_id=operator.id)
        found = await self._store.find_words(query)
        fact = Fact(
            kind=FactKind.WORDS_SEARCHED,
            at=self._clock.now(),
            operator_id=operator.id,
            data={"found": len(found), "channel": query.channel, "more": bool(query.before)},
        )
        await self._store.record(fact)
        return found
