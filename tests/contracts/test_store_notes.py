"""What every store promises about the notes of channel accounts: SQLite or PostgreSQL."""

from datetime import timedelta

from gateway.core.channel_note import ChannelNote
from tests.store_world import NOON, StorePlace


async def test_a_note_is_there_after_a_restart_until_it_is_dropped(place: StorePlace) -> None:
    """Each account has its own; an empty one is gone; keys come in order, without the expired."""
    mine = ChannelNote(account="sms:a", key="part-2", value=b"\x00\xff")
    first = ChannelNote(account="sms:a", key="part-1", value=b"1", until=NOON)
    other = ChannelNote(account="sms:b", key="part-2", value=b"b")
    odd = ChannelNote(account="sms:a", key="p%", value=b"%")
    before = NOON - timedelta(seconds=1)
    async with place.open() as store:
        await store.record(mine, first, other, odd)
    async with place.open() as store:
        assert await store.channel_note("sms:a", "part-2") == mine
        assert await store.channel_note("sms:b", "part-2") == other
        assert await store.channel_note("sms:a", "part") is None
        assert await store.channel_note_keys("sms:a", "part-", before) == ("part-1", "part-2")
        assert await store.channel_note_keys("sms:a", "part-", NOON) == ("part-2",)
        assert await store.channel_note_keys("sms:a", "p%", NOON) == ("p%",)
        assert await store.channel_notes_expired(NOON) == (("sms:a", "part-1"),)
        changed = ChannelNote(account="sms:a", key="part-2", value=b"new")
        await store.record(changed)
        assert await store.channel_note("sms:a", "part-2") == changed
        gone = ChannelNote(account="sms:a", key="part-2", value=b"")
        await store.record(gone, gone)
        assert await store.channel_note("sms:a", "part-2") is None
        assert await store.channel_note("sms:b", "part-2") == other
