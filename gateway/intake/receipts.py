"""The platforms' word on what we sent: forward only, and kept until its message is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from channels.message import Receipt
from gateway.core.facts import Fact, FactKind
from gateway.core.outbound import DeliveryReceipt, OutEntry, OutRoute, OutState, further
from gateway.intake.channel_account import SMS
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id


class Receipts:
    """``take`` what a hook received; ``settle`` an entry whose ids have just become known."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    async def take(self, account: str, receipt: Receipt) -> None:
        """Record it; a message that is known by its id is moved, any other waits for it.

        Raises StoreUnavailable. The same word twice is one row.
        """
        now = self.floor.clock.now()
        kept = DeliveryReceipt(
            id=new_id(now),
            account=account,
            provider_id=receipt.provider_id,
            part=receipt.part,
            state=OutState(receipt.state.value),
            code=receipt.code[:64],
            at=receipt.at,
            received_at=now,
        )
        said = await self.floor.store.receipts_of(account, [receipt.provider_id])
        if not any((one.part, one.state) == (kept.part, kept.state) for one in said):
            await self.floor.store.record(kept)
        entry = await self._entry(account, receipt.provider_id)
        if entry is not None:
            await self.settle(entry)

    async def settle(self, entry: OutEntry) -> OutEntry:
        """Let the platform's words on this message be so. Raises StoreUnavailable."""
        async with self.floor.chats.turn(entry.contact_id):
            now_known = {e.message_id: e for e in await self._entries(entry)}
            entry = now_known.get(entry.message_id, entry)
            said = await self._said(entry)
            moved = told(entry, said)
            if moved != entry:
                moved = replace(moved, changed_at=self.floor.clock.now())
                await self.floor.commit_chat(moved, *self._facts(entry, moved))
            return moved

    async def _entry(self, account: str, provider_id: str) -> OutEntry | None:
        """The message that has this id, also one of another account's that left by this one."""
        store = self.floor.store
        found = await store.out_by_provider(account, provider_id)
        if found is not None or account.partition(":")[0] != SMS:
            return found
        for other in self.floor.accounts:
            found = await store.out_by_provider(other, carried(account, provider_id))
            if found is not None:
                return found
        return None

    async def _said(self, entry: OutEntry) -> tuple[DeliveryReceipt, ...]:
        """What was said of it, under the ids that the entry has."""
        store = self.floor.store
        if entry.route is not OutRoute.SMS:
            return await store.receipts_of(entry.account, entry.provider_ids)
        said: list[DeliveryReceipt] = []
        for one in entry.provider_ids:
            carrier, _, id_ = one.partition("/")
            heard = await store.receipts_of(carrier, [id_])
            said += [replace(receipt, provider_id=one) for receipt in heard]
        return tuple(said)

    async def _entries(self, entry: OutEntry) -> tuple[OutEntry, ...]:
        return await self.floor.store.out_entries(entry.contact_id)

    def _facts(self, before: OutEntry, after: OutEntry) -> tuple[Fact, ...]:
        if after.state is not OutState.FAILED:
            return ()
        return (failed(before, after.code, self.floor),)


def carried(carrier: str, provider_id: str) -> str:
    """The id of a part in its entry: with the account that carried it, when it is another's."""
    return f"{carrier}/{provider_id}" if carrier else provider_id


def told(entry: OutEntry, said: Iterable[DeliveryReceipt]) -> OutEntry:
    """The entry after these words: as far as its slowest part, failed when one part is."""
    by_part: dict[str, list[DeliveryReceipt]] = {}
    for one in said:
        by_part.setdefault(one.provider_id, []).append(one)
    if not by_part or entry.state is OutState.QUEUED:
        return entry
    reached: list[tuple[OutState, str]] = []
    for id_ in entry.provider_ids:
        state, code = OutState.SENT, ""
        for one in by_part.get(id_, ()):
            if further(state, one.state) is not state:
                state, code = one.state, one.code
        reached.append((state, code))
    bad = [one for one in reached if one[0] in (OutState.FAILED, OutState.EXPIRED)]
    slow = [one for one in reached if one[0] is OutState.SENT]
    state, code = (
        bad or slow or [one for one in reached if one[0] is OutState.DELIVERED] or reached
    )[0]
    if further(entry.state, state) is entry.state:
        return entry
    return replace(entry, state=state, code=code)


def failed(entry: OutEntry, code: str, floor: Floor) -> Fact:
    """A message of ours did not arrive."""
    return Fact(
        kind=FactKind.MESSAGE_FAILED,
        at=floor.clock.now(),
        contact_id=entry.contact_id,
        data={"account": entry.account, "route": entry.route.value, "code": code},
    )
