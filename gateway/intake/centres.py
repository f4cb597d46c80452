"""分中心: the contacts of sub-centres come in, ours of their origin go out; both signed.

S3 article 2, S4 article 7, S1 article 10. A sub-centre stands for the origin of its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.core.centre import CentreContact, FeedNotUnderstood, PooledPage
from gateway.core.errors import Problem
from gateway.core.webhook import genuine
from gateway.ports import Clock, Store


class Centres:
    """The sub-centres of this hotline, by id, with the key that each of them shares with us."""

    def __init__(self, keys: Mapping[str, bytes], store: Store, clock: Clock) -> None:
        self._keys = keys
        self._store = store
        self.clock = clock

    def genuine(self, centre: str, headers: Mapping[str, str], signed: bytes) -> bool:
        """Whether this sub-centre signed this, lately."""
        key = self._keys.get(centre)
        return key is not None and genuine(key, headers, signed, self.clock.now())

    async def take(self, contacts: Sequence[CentreContact]) -> None:
        """All of them in one transaction; when this returns they are kept.

        Repeats and earlier states change nothing. Raises StoreUnavailable: none was kept.
        """
        await self._store.record(*contacts)

    async def contacts(self, centre: str, after: int, limit: int) -> PooledPage:
        """Ours of this origin that changed after ``after``, the oldest change first.

        Raises FeedNotUnderstood for a cursor that we never gave, and StoreUnavailable.
        """
        page = await self._store.contacts_of_origin(centre, after, limit)
        if page is None:
            zh = "这个游标不是本系统给出的（可能恢复过备份）：请去掉 after 从头读取。"
            en = "We never gave this cursor (was a backup restored?): leave out after, read anew."
            raise FeedNotUnderstood(Problem("/after", "unknown-cursor", zh, en))
        return page
