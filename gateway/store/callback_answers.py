"""What ``SqlStore`` answers about who is to be called back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store import queries_callbacks as queries
from gateway.store import records_callbacks as records
from gateway.store.reading import Answers, one
from gateway.store.rows import PHONE

if TYPE_CHECKING:
    from gateway.core.callback import Callback, CallbackState
    from gateway.core.dialling import CallbackTry


class CallbackAnswers(Answers):
    """Reads of callbacks and of the calls that tried to reach somebody."""

    async def callback(self, callback_id: str) -> Callback | None:
        """One callback by id."""
        return one(await self._open(queries.callback_of(callback_id), records.callback))

    async def callbacks(
        self, *, state: CallbackState, number: str = "", limit: int = 500
    ) -> tuple[Callback, ...]:
        """Callbacks in one state, oldest first. A number that is none finds nothing."""
        index = self._vault.index(PHONE, number)
        if number and not index:
            return ()
        return await self._open(queries.callbacks(state.value, index, limit), records.callback)

    async def tries_dialling(self) -> tuple[CallbackTry, ...]:
        """The calls that are under way, oldest first."""
        return await self._read(queries.tries_dialling(), records.callback_try)

    async def tries_of(self, callback_id: str) -> tuple[CallbackTry, ...]:
        """The calls of one callback, oldest first; at most 500."""
        return await self._read(queries.tries_of(callback_id), records.callback_try)
